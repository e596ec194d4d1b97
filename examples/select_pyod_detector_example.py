"""Example of choosing among detectors of PyOD and scikit-learn without labels."""

import pandas as pd
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.pca import PCA
from pyod.utils.data import generate_data
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.svm import OneClassSVM

from model_selection import ModelSelector

if __name__ == "__main__":
    X_train, X_test, y_train, y_test = generate_data(
        n_train=400, n_test=200, n_features=6, contamination=0.1, random_state=42
    )
    detectors = [
        KNN(),
        LOF(n_neighbors=10),
        LOF(n_neighbors=50),
        PCA(random_state=0),
        ECOD(),
        IsolationForest(random_state=0),
        OneClassSVM(),
    ]
    selector = ModelSelector(detectors, criterion=["mc", "sel", "hits"])
    selector.fit(X_train, X_unlabeled=X_test)

    # The labels are read here for the first time.
    table = pd.DataFrame(selector.results_).drop(columns="params")
    table["auc"] = [
        roc_auc_score(y_test, detector.decision_function(X_test))
        for detector in selector.detectors_
    ]
    columns = ["name", "rank_mc", "rank_sel", "rank_hits", "rank", "auc"]
    print(table.sort_values("rank")[columns].to_string(index=False))
    names = selector.criterion_
    print("\nAgreement between the criteria (Kendall's tau):")
    print(pd.DataFrame(selector.agreement_, names, names).round(2).to_string())
    print(f"\nThe mean rank chooses {selector.best_name_}")

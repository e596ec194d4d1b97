"""Example of choosing among PyOD's own detectors without labels, by HITS."""

import pandas as pd
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.pca import PCA
from pyod.utils.data import generate_data
from sklearn.metrics import roc_auc_score

from model_selection import ModelSelector

if __name__ == "__main__":
    X_train, X_test, y_train, y_test = generate_data(
        n_train=400, n_test=200, n_features=6, contamination=0.1, random_state=42
    )
    detectors = {
        "KNN": KNN(),
        "LOF 10": LOF(n_neighbors=10),
        "LOF 50": LOF(n_neighbors=50),
        "IForest": IForest(random_state=0),
        "PCA": PCA(random_state=0),
        "ECOD": ECOD(),
    }
    selector = ModelSelector(detectors, criterion="hits")
    selector.fit(X_train, X_unlabeled=X_test)

    # The labels are read here for the first time.
    table = pd.DataFrame(selector.results_).drop(columns="params")
    table["auc"] = [
        roc_auc_score(y_test, detector.decision_function(X_test))
        for detector in selector.detectors_
    ]
    print(table.sort_values("rank").to_string(index=False))
    print(f"\nHITS chooses {selector.best_name_}")

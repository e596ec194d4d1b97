"""Example of choosing the strength of an augmentation without labels, by DSV."""

import pandas as pd
from sklearn.metrics import roc_auc_score

from model_selection import ModelSelector
from pyod_ssad import CutOutSSAD, CutPasteSSAD
from pyod_ssad.datasets import load_textures

if __name__ == "__main__":
    data = load_textures("brick", size=32).task("displaced_patch")

    detectors = {
        f"{cls.__name__} {area}": cls(
            patch_area=area, image_size=32, steps=60, random_state=0
        )
        for cls in (CutOutSSAD, CutPasteSSAD)
        for area in (0.005, 0.1)
    }
    selector = ModelSelector(detectors, criterion="dsv", verbose=1)
    selector.fit(data.X_train, X_unlabeled=data.X_test)

    # The labels are read here for the first time.
    table = pd.DataFrame(selector.results_).drop(columns="params")
    table["auc"] = [
        roc_auc_score(data.y_test, detector.decision_function(data.X_test))
        for detector in selector.detectors_
    ]
    print(table.sort_values("rank").to_string(index=False))
    print(f"\nDSV chooses {selector.best_name_}; mean AUC {table['auc'].mean():.3f}")

"""Example of decisions: p-values from good images that were not trained on."""

from scipy.stats import false_discovery_control

from pyod_ssad import CutDiffSSAD
from pyod_ssad.datasets import load_textures

if __name__ == "__main__":
    data = load_textures("brick", size=32, n_train=400, random_state=0)
    X_train, X_good = data.X_train[:200], data.X_train[200:]
    X_new, y_new = data.X_test, data.y_test

    # Calibration on other good images makes the cross-fitted networks needless.
    clf = CutDiffSSAD(
        image_size=32, steps=150, calibration="density", random_state=0, verbose=1
    )
    clf.fit(X_train).calibrate(X_good)

    flagged = clf.predict(X_new) == 1
    print(f"\nA threshold for a contamination of {clf.contamination}:")
    print(f"false alarms on new good images: {flagged[y_new == 0].mean():.2f}")
    print(f"anomalies found: {flagged[y_new == 1].mean():.2f}")

    # Of what this flags, about a tenth at most are false alarms, on average.
    flagged = false_discovery_control(clf.p_values(X_new)) <= 0.1
    print("\nFalse discovery rate controlled at 0.1 (Benjamini-Hochberg):")
    print(f"flagged: {flagged.sum()} of {len(X_new)}")
    print(f"false alarms among them: {(y_new[flagged] == 0).mean():.2f}")
    print(f"anomalies found: {flagged[y_new == 1].mean():.2f}")

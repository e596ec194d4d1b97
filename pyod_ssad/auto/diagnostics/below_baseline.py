"""A pick below the pretrained baseline by every criterion."""

from pyod_ssad.auto.diagnostics._base import Diagnostic


class BelowBaseline(Diagnostic):
    """Every criterion prefers a pretrained detector to what answers."""

    code = "SSAD009"

    def find(self, facts):
        """Return which is preferred, if one is by all criteria."""
        picked = [facts.names[i] for i in facts.combined]
        if not facts.pretrained or set(picked) & set(facts.pretrained):
            return ""
        of = {name: i for i, name in enumerate(facts.names)}
        better = [
            name
            for name in facts.pretrained
            if all(
                ranks[of[name]] < min(ranks[of[p]] for p in picked)
                for ranks in facts.ranks.values()
            )
        ]
        if not better:
            return ""
        return (
            f"Every criterion ranks {better[0]}, a pretrained network without any "
            f"training, before {', '.join(picked)}, which answers. Take it by "
            f"named_detectors_[{better[0]!r}]."
        )

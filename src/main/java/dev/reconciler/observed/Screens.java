package dev.reconciler.observed;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Uids;
import dev.reconciler.api.Vitals.Terminal;
import dev.reconciler.host.Typing.Screen;
import org.jspecify.annotations.Nullable;

/// One pane's screens, look by look: since when its input line is as it is, and whether a person left something in it.
final class Screens {
    /// What stands before an empty input line of shells and chat programs.
    private static final String SIGNS = "$#%>❯›»:│|λ➜▌";

    private String line = "";
    private @Nullable Moment since;
    private @Nullable String empty;

    Terminal see(Screen screen, Moment now) {
        var shown = Uids.digest(screen.column() + " " + screen.line());
        var still = since;
        if (still == null || !shown.equals(line)) {
            still = now;
            line = shown;
            since = now;
        }
        return new Terminal(
                screen.raw(), screen.mode(), screen.brackets(), screen.attached(), shown, still, draft(screen),
                screen.typed(), screen.entered());
    }

    /// Only a person's keys make a draft: whatever stands there while nobody came is the program's own.
    private boolean draft(Screen screen) {
        var left = screen.line().substring(0, Math.min(screen.column(), screen.line().length())).strip();
        if (!screen.visited()) {
            empty = left;
            return false;
        }
        return !left.isEmpty() && !left.equals(empty) && SIGNS.indexOf(left.charAt(left.length() - 1)) < 0;
    }
}

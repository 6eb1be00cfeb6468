package dev.reconciler.observed;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Tmux;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When a program last printed something, on our clock: tmux tells it on the wall clock, which may jump. The first look
/// counts as output: nobody is called silent for time in which nobody looked.
///
/// @param shown what tmux said last
/// @param at the latest moment at which that may have been
/// @param looked the last look
record Printing(long shown, Moment at, Moment looked) {
    static Printing seen(@Nullable Printing before, Tmux.Glimpse glimpse, Moment now) {
        if (before == null) {
            return new Printing(glimpse.printed(), now, now);
        }
        if (before.shown() == glimpse.printed()) {
            return new Printing(before.shown(), before.at(), now);
        }
        // It was since the last look; within that, the wall clock may say more.
        var age = Duration.ofSeconds(Math.max(0, glimpse.clock() - glimpse.printed()));
        var longest = now.since(before.looked());
        var at = now.plus((age.compareTo(longest) < 0 ? age : longest).negated());
        return new Printing(glimpse.printed(), at, now);
    }

    Duration quiet() {
        return looked.since(at);
    }
}

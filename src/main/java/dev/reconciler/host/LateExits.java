package dev.reconciler.host;

import dev.reconciler.host.ProcessTable.Sighting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// Programs that ended without tmux knowing how. A tmux built with utempter (Debian's and Ubuntu's, 3.2a to 3.5a) loses
/// most SIGCHLDs: the program stays a zombie, its pane without a status, until some other child of the server ends and
/// all are collected. The kernel tells how a zombie ended unless it ended well, which looks the same as a secret; and so
/// we let a child end, after the server read the end of the terminal: told earlier, tmux closes the terminal when nothing
/// is to be read at that moment, and what the kernel still holds back is lost to the log.
final class LateExits {
    /// Waits between looks, first for the end of the terminal (which a child may keep open for ever), then after the
    /// nudge: a shell that runs `true` needs about 2 ms.
    private static final List<Duration> STEPS = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(4),
            Duration.ofMillis(8),
            Duration.ofMillis(16));

    /// What one nudge did not settle is left alone so long (a program that closed its terminal and runs on), and so long
    /// a zombie may lie of which the kernel told.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Chain NUDGE = Chain.of("run-shell", "-b", "true");

    private final Map<String, Long> vain = new HashMap<>();
    private final Map<String, Long> told = new HashMap<>();

    /// The panes again, after those of ours that ended were settled; the same ones when nothing is late.
    ///
    /// @param look as [ProcessTable#look]
    /// @throws TmuxException unanswered
    synchronized List<Tmux.PaneLine> settle(
            List<Tmux.PaneLine> panes, LongFunction<Sighting> look, TmuxClient client) throws TmuxException {
        if (panes.stream().noneMatch(pane -> late(pane, look))) {
            return panes;
        }
        var read = until(panes, pane -> pane.dead() || !late(pane, look), client);
        var known = read.stream().map(pane -> byKernel(pane, look)).toList();
        if (known.stream().noneMatch(pane -> late(pane, look))) {
            if (lies(read.stream().filter(pane -> late(pane, look)).map(LateExits::key).toList())) {
                client.send(NUDGE);
            }
            return known;
        }
        client.send(NUDGE);
        var seen = until(read, pane -> !late(pane, look), client);
        long now = System.nanoTime();
        vain.values().removeIf(since -> now - since > AGAIN.toNanos());
        for (var pane : seen) {
            if (late(pane, look)) {
                vain.put(key(pane), now);
            }
        }
        return seen;
    }

    /// With how its program ended, where the kernel tells it of a zombie whose terminal was read to its end.
    private Tmux.PaneLine byKernel(Tmux.PaneLine pane, LongFunction<Sighting> look) {
        if (pane.dead() && late(pane, look)
                && look.apply(pane.pid()) instanceof Sighting.Zombie(_, int status) && status != 0) {
            int signal = status & 0x7f;
            return signal == 0 ? pane.exited(status >> 8 & 0xff, null) : pane.exited(null, signal);
        }
        return pane;
    }

    /// Whether one of these zombies was there some time ago, too: a program that is run again frees its zombie soon.
    private boolean lies(List<String> zombies) {
        long now = System.nanoTime();
        told.keySet().retainAll(zombies);
        zombies.forEach(zombie -> told.putIfAbsent(zombie, now));
        return told.values().removeIf(since -> now - since > AGAIN.toNanos());
    }

    private static List<Tmux.PaneLine> until(
            List<Tmux.PaneLine> panes, Predicate<Tmux.PaneLine> settled, TmuxClient client) throws TmuxException {
        var seen = panes;
        for (int i = 0; i < STEPS.size() && !seen.stream().allMatch(settled); i++) {
            LockSupport.parkNanos(STEPS.get(i).toNanos());
            seen = PaneLines.parse(client.ask(PaneLines.LIST).text());
        }
        return seen;
    }

    private boolean late(Tmux.PaneLine pane, LongFunction<Sighting> look) {
        if (pane.mark() == null || pane.pid() == 0 || pane.exitStatus() != null || pane.exitSignal() != null) {
            return false;
        }
        var since = vain.isEmpty() ? null : vain.get(key(pane));
        if (since != null && System.nanoTime() - since < AGAIN.toNanos()) {
            return false;
        }
        return switch (look.apply(pane.pid())) {
            case Sighting.Zombie(_, _),Sighting.Gone() -> true;
            case Sighting.Alive(_),Sighting.Unreadable(_) -> false;
        };
    }

    private static String key(Tmux.PaneLine pane) {
        return pane.paneId() + " " + pane.pid();
    }
}

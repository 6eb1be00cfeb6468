package dev.reconciler.recording;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Segments;
import dev.reconciler.plan.Policy;
import dev.reconciler.status.StateJson;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes rounds down beside the daemon's work: a round hands over what it holds anyway, and a thread of its own finds
/// out what changed, a second later, for all rounds of that second at once. When nothing is new, nothing runs. A disk
/// that cannot be written costs the rounds of that time, and is said once.
public final class FlightRecorder implements Recording {
    private static final System.Logger LOG = System.getLogger("reconciler");
    private static final int SALT = 32;

    /// Below the state directory.
    public static final String DIRECTORY = "recording";

    /// Rounds that wait to be written: so many hold a few megabytes of a busy fleet of 200.
    private static final int ROOM = 64;
    /// So many are not kept waiting.
    private static final int MANY = ROOM / 2;
    /// How long rounds wait for others: a burst of starts is over sooner without it.
    private static final Duration LINGER = Duration.ofSeconds(1);
    /// How long a disk is left alone that could not be written.
    private static final Duration RETRY = Duration.ofMinutes(1);
    /// How often it is written that nothing was new: what came before a `kill -9` is known up to so long before it.
    public static final Duration TICK = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Segments segments;
    private final Header header;
    private final Frames frames;
    private final Thread writer = Thread.ofPlatform().daemon().name("recorder").unstarted(this::run);

    // Shared; guarded by this.
    private final List<Taken> waiting = new ArrayList<>();
    private long quiet;
    private @Nullable Moment quietUntil;
    private long overrun;
    private boolean closing;
    private boolean hurry;

    // The writer's own.
    private @Nullable Moment failedAt;
    private long same;
    private @Nullable Moment sameUntil;
    private long lost;
    private @Nullable Moment written;

    private volatile @Nullable String problem;
    private volatile Consumer<String> tell = sentence -> {};

    /// A round and what was before it.
    private record Taken(Inputs inputs, long quiet, @Nullable Moment quietUntil, long overrun) {}

    public FlightRecorder(Segments segments, Policy policy) {
        this.segments = segments;
        var salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        var secrets = new Redaction(salt);
        frames = new Frames(secrets);
        header = Header.of(policy, Header.version(), secrets.token("daemon"), ZoneId.systemDefault().getId());
    }

    @Override
    public void begin(Consumer<String> told) {
        tell = told;
        writer.start();
    }

    @Override
    public synchronized void round(Inputs inputs) {
        if (waiting.size() == ROOM) {
            for (var taken : waiting) {
                overrun += 1 + taken.overrun();
            }
            waiting.clear();
        }
        waiting.add(new Taken(inputs, quiet, quietUntil, overrun));
        quiet = 0;
        quietUntil = null;
        overrun = 0;
        if (waiting.size() == 1 || waiting.size() == MANY) {
            hurry = waiting.size() == MANY;
            notifyAll();
        }
    }

    @Override
    public synchronized void quiet(Moment at) {
        quiet++;
        quietUntil = at;
    }

    @Override
    public @Nullable String problem() {
        return problem;
    }

    /// Writes what waits, and that this is the end.
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            writer.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean end = false;
            while (!end) {
                List<Taken> batch;
                Moment last;
                synchronized (this) {
                    gather();
                    batch = List.copyOf(waiting);
                    waiting.clear();
                    hurry = false;
                    end = closing;
                    last = quietUntil;
                    if (batch.isEmpty() && last != null) {
                        same += quiet;
                        sameUntil = last;
                        quiet = 0;
                        quietUntil = null;
                    }
                }
                write(batch);
                if (end) {
                    end(last != null ? last : written);
                } else if (batch.isEmpty()) {
                    tick();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for a round, and then a little for more; or until it is to be written that there was none for long.
    private synchronized void gather() throws InterruptedException {
        while (waiting.isEmpty() && !closing) {
            wait(TICK.toMillis());
            if (waiting.isEmpty() && quiet > 0) {
                return;
            }
        }
        if (!hurry && !closing) {
            wait(LINGER.toMillis());
        }
    }

    private void write(List<Taken> batch) {
        for (var taken : batch) {
            attempt(taken.inputs().at(), () -> write(taken));
        }
        if (failedAt == null && !batch.isEmpty()) {
            attempt(batch.getLast().inputs().at(), segments::flush);
        }
    }

    private void write(Taken taken) throws IOException {
        if (taken.overrun() > 0) {
            lost += taken.overrun();
            frames.anew();
        }
        var at = taken.inputs().at();
        written = at;
        boolean begins = segments.due(at.wall());
        if (begins) {
            segments.begin(at.wall());
            segments.write(StateJson.write(header));
            frames.anew();
        }
        var frame = frames.next(taken.inputs());
        if (taken.quiet() > 0) {
            same += taken.quiet();
            sameUntil = taken.quietUntil();
        }
        if (frame.same()) {
            same++;
            sameUntil = at;
            return;
        }
        var between = sameUntil;
        segments.write(StateJson.write(
                frame.quiet(between == null ? null : new Frame.Quiet(same, between), lost)));
        same = 0;
        sameUntil = null;
        lost = 0;
    }

    /// Nothing was new for long.
    private void tick() {
        var until = sameUntil;
        if (until != null && segments.open()) {
            attempt(until, () -> {
                segments.write(StateJson.write(Frame.tick(new Frame.Quiet(same, until))));
                segments.flush();
                same = 0;
                sameUntil = null;
            });
        }
    }

    /// @param at when the last round looked, null: there was none
    private void end(@Nullable Moment at) {
        if (at != null && segments.open()) {
            attempt(at, () -> {
                segments.write(StateJson.write(Frame.end(at)));
                segments.close();
            });
        }
    }

    /// Something that writes.
    private interface Writing {
        void run() throws IOException;
    }

    private void attempt(Moment at, Writing writing) {
        var failed = failedAt;
        if (failed != null && at.sameBoot(failed) && at.since(failed).compareTo(RETRY) < 0) {
            lost++;
            return;
        }
        try {
            writing.run();
            failedAt = null;
            problem = null;
        } catch (IOException | RuntimeException e) {
            failedAt = at;
            lost++;
            frames.anew();
            trouble(e);
        }
    }

    private void trouble(Exception e) {
        try {
            segments.close();
        } catch (IOException again) {
            e.addSuppressed(again);
        }
        var sentence = "rounds are not recorded: "
                + (e instanceof IOException ? e.getMessage() : "a defect of reconciler itself, see the daemon's log");
        if (!(e instanceof IOException)) {
            LOG.log(Level.ERROR, "a defect of reconciler itself: rounds are not recorded", e);
        }
        if (!sentence.equals(problem)) {
            problem = sentence;
            tell.accept(sentence);
        }
    }
}

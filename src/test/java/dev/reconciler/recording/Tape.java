package dev.reconciler.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Moment;
import dev.reconciler.host.SegmentReader;
import dev.reconciler.plan.ActionText;
import dev.reconciler.plan.Policy;
import dev.reconciler.status.StateJson;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Writes each round down, reads it back at once, and insists on the same decisions.
public final class Tape implements Recording {
    private final Policy policy;
    private final SegmentReader.Heard reader;
    private Frames frames = new Frames(new byte[] {1});
    private Replay.Round read;
    private int daemons;
    private long rounds;
    private long acting;

    public Tape(Policy policy) {
        this.policy = policy;
        reader = Replay.reader(new Replay.Listener() {
            @Override
            public void begins(Header header) {}

            @Override
            public void round(Replay.Round round) {
                read = round;
            }

            @Override
            public void quiet(Frame.Quiet quiet) {}

            @Override
            public void ended(Moment at) {}

            @Override
            public void open(Path file) {}

            @Override
            public void damaged(Path file, String why) {
                throw new AssertionError(why);
            }
        });
    }

    /// A new daemon.
    @Override
    public void begin(Consumer<String> tell) {
        daemons++;
        frames = new Frames(new byte[] {(byte) daemons});
        reader.begins();
        assertTrue(reader.line(StateJson.write(Header.of(policy, "test", "d" + daemons, "UTC"))));
    }

    @Override
    public void round(Inputs inputs) {
        read = null;
        var line = StateJson.write(frames.next(inputs));
        assertTrue(reader.line(line));
        var wanted = Decision.all(inputs.plan());
        assertEquals(wanted, read.recorded());
        var again = Decision.all(read.inputs().plan());
        if (!wanted.equals(again)) {
            assertEquals(
                    ActionText.of(inputs.plan(), inputs.at()),
                    ActionText.of(read.inputs().plan(), inputs.at()) + "\n" + new String(line));
        }
        assertEquals(inputs.plan().wakeAt(), read.inputs().plan().wakeAt());
        rounds++;
        acting += wanted.values().stream().anyMatch(d -> !d.holds()) ? 1 : 0;
    }

    @Override
    public void quiet(Moment at) {}

    @Override
    public String problem() {
        return null;
    }

    @Override
    public void close() {}

    public int daemons() {
        return daemons;
    }

    public long rounds() {
        return rounds;
    }

    /// Rounds in which something was done.
    public long acting() {
        return acting;
    }
}

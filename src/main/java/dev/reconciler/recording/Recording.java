package dev.reconciler.recording;

import dev.reconciler.api.Moment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the rounds of a daemon are written down. Called by the thread of the rounds alone; never fails, never waits.
public interface Recording extends AutoCloseable {
    /// Nothing is written down.
    Recording NONE = new Recording() {
        @Override
        public void begin(Consumer<String> tell) {}

        @Override
        public void round(Inputs inputs) {}

        @Override
        public void quiet(Moment at) {}

        @Override
        public @Nullable String problem() {
            return null;
        }

        @Override
        public void close() {}
    };

    /// Before the first round.
    ///
    /// @param tell is told each trouble once, a sentence; from any thread
    void begin(Consumer<String> tell);

    /// A round that planned.
    void round(Inputs inputs);

    /// A round in which nothing was new.
    void quiet(Moment at);

    /// Why rounds are not written down, null: they are.
    @Nullable
    String problem();

    /// The daemon ends.
    @Override
    void close();
}

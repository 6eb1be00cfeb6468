package dev.reconciler.host;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// One line of control mode: commands that run one after the other with nothing of ours or others between them, until
/// the first that fails.
///
/// @param replies how many blocks answer it when all goes well
record Chain(List<List<String>> commands, int replies) {
    Chain {
        commands = List.copyOf(commands);
    }

    static Chain of(String... words) {
        return new Chain(List.of(List.of(words)), 1);
    }

    Chain then(String... words) {
        return then(List.of(words));
    }

    Chain then(List<String> words) {
        var longer = new ArrayList<>(commands);
        longer.add(List.copyOf(words));
        return new Chain(longer, replies + 1);
    }

    /// The line, its newline included.
    byte[] line() {
        var line = new ByteArrayOutputStream(512);
        for (var command : commands) {
            if (line.size() > 0) {
                line.write(';');
            }
            for (var word : command) {
                Quote.word(word, line);
                line.write(' ');
            }
        }
        line.write('\n');
        return line.toByteArray();
    }
}

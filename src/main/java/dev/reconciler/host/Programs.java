package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Finds programs the way a shell does: with a `/` in its name as a path, else on PATH.
///
/// @param path the PATH that counts where the spec sets none
record Programs(Path home, String path) {
    /// `~` and `~/x` are `home`, and so is the beginning of a relative name.
    static Path expand(Path home, String name) {
        if (name.equals("~")) {
            return home;
        }
        return home.resolve(name.startsWith("~/") ? name.substring(2).replaceFirst("^/+", "") : name);
    }

    /// @param field of the spec that names it, for messages
    /// @param environment of the spec
    /// @return absolute
    /// @throws IOException with a sentence for the user
    Path find(String field, String program, Path directory, Map<String, String> environment) throws IOException {
        try {
            if (program.startsWith("~/")) {
                return checked(field, program, expand(home, program));
            }
            if (program.contains("/")) {
                return checked(field, program, directory.resolve(program));
            }
            return onPath(field, program, directory, environment.getOrDefault("PATH", path));
        } catch (InvalidPathException e) {
            throw new IOException(field + ": '" + program + "' is no file name: " + e.getReason(), e);
        }
    }

    private static Path checked(String field, String program, Path file) throws IOException {
        if (isProgram(file)) {
            return file;
        }
        var named = program.equals(file.toString()) ? program : program + " (" + file + ")";
        if (Files.isDirectory(file)) {
            throw new IOException(field + ": " + named + " is a directory");
        }
        throw new IOException(field + ": " + named
                + (Files.exists(file) ? " is not executable: chmod +x" : " does not exist"));
    }

    /// An empty or relative entry means the working directory, as in a shell started there.
    private static Path onPath(String field, String program, Path directory, String path) throws IOException {
        for (var entry : path.split(":", -1)) {
            var file = directory.resolve(entry).resolve(program);
            if (isProgram(file)) {
                return file;
            }
        }
        throw new IOException(field + ": no program '" + program + "' on PATH (searched " + path + ")");
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}

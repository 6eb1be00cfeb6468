package dev.reconciler.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that holds one value. No message ever holds a part of it.
final class SecretFile {
    /// What one environment variable can hold on Linux (MAX_ARG_STRLEN: 32 pages), name and `=` included.
    private static final int MAX_BYTES = 128 * 1024;

    private SecretFile() {}

    /// The content without one trailing newline.
    ///
    /// @param path where in the spec the file is named
    /// @throws IOException with a sentence for the user
    static String read(String path, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(path + ": " + file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IOException(path + ": cannot read " + file + ": " + Why.of(e), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(path + ": " + file + " is larger than 128 KiB");
        }
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
        String text;
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            text = decoder.decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(path + ": " + file + " is not UTF-8 text", e);
        }
        if (text.indexOf('\0') >= 0) {
            throw new IOException(path + ": " + file + " holds a NUL byte, which no environment variable can");
        }
        return text;
    }
}

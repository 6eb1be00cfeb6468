package dev.reconciler.host;

import dev.reconciler.api.PromptText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that holds a text for a program.
public final class PromptFile {
    /// Linux's MAX_ARG_STRLEN, without the final NUL.
    private static final int ARGUMENT_MAX = 131_071;

    private PromptFile() {}

    /// The text, as it is to be typed.
    ///
    /// @param what names the file for the person who did
    /// @throws IOException with a sentence for the user
    public static String read(String what, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(what + ": " + file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(2 * PromptText.MAX);
        } catch (IOException e) {
            throw new IOException(what + ": cannot read " + file + ": " + Why.of(e), e);
        }
        return checked(what + ": " + file, bytes);
    }

    /// @param bytes UTF-8
    /// @throws IOException with a sentence for the user
    public static String checked(String what, byte[] bytes) throws IOException {
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            var text = PromptText.plain(decoder.decode(ByteBuffer.wrap(bytes)).toString());
            var trouble = PromptText.trouble(text);
            if (trouble != null) {
                throw new IOException(what + ": " + trouble);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IOException(what + ": is not UTF-8 text", e);
        }
    }

    static String argument(String text) throws IOException {
        if (PromptText.bytes(text) > ARGUMENT_MAX) {
            throw new IOException("spec.prompt: longer than the " + ARGUMENT_MAX
                    + " bytes an argument may have; use delivery Paste or File");
        }
        return text;
    }
}

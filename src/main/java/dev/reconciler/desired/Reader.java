package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of one file to agents: every error of every document at once, good documents beside bad ones kept. Never
/// throws because of what a file holds.
public final class Reader {
    /// A manifest is written by a person: what is larger is something else.
    public static final int MAX_BYTES = 1 << 20;

    private Reader() {}

    /// The same, with any model allowed.
    public static ParsedFile read(String file, byte[] bytes) {
        return read(file, bytes, Models.ANY);
    }

    /// @param file as the user knows it
    /// @param models those that may be asked for
    public static ParsedFile read(String file, byte[] bytes, Models models) {
        if (bytes.length > MAX_BYTES) {
            return ParsedFile.unreadable(
                    FieldError.ofFile(file, Wording.tooLong(MAX_BYTES) + ": a manifest is written by a person"));
        }
        try {
            return parse(file, readable(file, decode(bytes)), models);
        } catch (CharacterCodingException e) {
            return ParsedFile.unreadable(FieldError.ofFile(file, "not valid UTF-8: save the file as UTF-8"));
        }
    }

    private static ParsedFile parse(String file, String text, Models models) {
        var documents = new ArrayList<ParsedFile.Document>();
        var errors = new ArrayList<FieldError>();
        for (var segment : Segment.of(text)) {
            var reader = new DocumentReader(file, segment, models);
            var document = reader.read();
            if (document != null) {
                documents.add(document);
            }
            errors.addAll(reader.errors());
        }
        return new ParsedFile(List.copyOf(documents), errors.stream().sorted().toList());
    }

    /// An agent from its remembered [Agent#document]; null when this version of the program no longer understands it.
    public static @Nullable Agent restore(String document) {
        var parsed = parse(Agent.Origin.REMEMBERED.file(), ascii(document), Models.ANY);
        return parsed.documents().size() == 1 && parsed.documents().getFirst() instanceof ParsedFile.Good good
                ? with(good.agent(), Agent.Origin.REMEMBERED)
                : null;
    }

    /// JSON may hold characters as they are that YAML wants escaped; outside of strings JSON is ASCII.
    private static String ascii(String json) {
        var out = new StringBuilder(json.length());
        json.chars().forEach(c -> {
            if (c < 0x7F) {
                out.append((char) c);
            } else {
                out.append(String.format("\\u%04x", c));
            }
        });
        return out.toString();
    }

    private static Agent with(Agent agent, Agent.Origin origin) {
        return new Agent(
                agent.name(),
                agent.labels(),
                agent.annotations(),
                agent.spec(),
                agent.runHash(),
                agent.specDigest(),
                agent.document(),
                origin);
    }

    /// JSON may be indented with tabs, YAML may not: outside of strings they become spaces. Places stay as they are.
    static String readable(String file, String text) {
        if (!file.endsWith(".json")) {
            return text;
        }
        var out = new StringBuilder(text);
        boolean quoted = false;
        for (int i = 0; i < out.length(); i++) {
            switch (out.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '\\' -> i += quoted ? 1 : 0;
                case '\t' -> out.setCharAt(i, quoted ? '\t' : ' ');
                default -> {}
            }
        }
        return out.toString();
    }

    /// Without a byte order mark.
    static String decode(byte[] bytes) throws CharacterCodingException {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}

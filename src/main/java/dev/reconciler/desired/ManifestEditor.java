package dev.reconciler.desired;

import dev.reconciler.api.AgentName;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes one document in a file that a person wrote, and not a byte besides. Each change is read again before it is
/// handed out: the other documents must say what they said.
public final class ManifestEditor {
    private static final String MARK = "\uFEFF";

    private ManifestEditor() {}

    /// The file without the document of `name`, its `---` and the comment lines directly above it.
    ///
    /// @param file relative path, for its ending
    /// @return null when no document of that name can be found in it; empty when only comments are left
    public static byte @Nullable [] remove(String file, byte[] bytes, AgentName name) {
        var text = decode(bytes);
        var found = text == null ? null : find(file, text, name);
        if (text == null || found == null) {
            return null;
        }
        var others = contents(file, text, found);
        // First as a person would do it; a marker stays where two documents would run together.
        var cuts = List.of(
                text.substring(0, found.marker()) + text.substring(found.end()),
                text.substring(0, found.marker()) + text.substring(found.to()),
                text.substring(0, found.from()) + text.substring(found.to()));
        for (var cut : cuts) {
            if (contents(file, cut, null).equals(others)) {
                return others.isEmpty() ? new byte[0] : encode(cut, bytes);
            }
        }
        throw new IllegalStateException("cannot cut " + name + " out of " + file);
    }

    /// The file with `document` in the place of the document of `name`, or at its end when there is none.
    ///
    /// @param document one document, as [#documents] returns it
    public static byte[] put(String file, byte[] bytes, AgentName name, byte[] document) {
        var text = Objects.requireNonNull(decode(bytes), "not UTF-8: " + file);
        var with = Objects.requireNonNull(decode(document), "not UTF-8: the new document");
        var found = find(file, text, name);
        if (found == null) {
            return encode(text.isBlank() ? with : endOfLine(text) + "---\n" + with, bytes);
        }
        boolean inline = found.from() > 0 && Segment.lineStart(text, found.from()) != found.from();
        var put = text.substring(0, found.from())
                + (inline ? "\n" : "")
                + (found.to() < text.length() ? endOfLine(with) : with)
                + text.substring(found.to());
        return encode(put, bytes);
    }

    /// The text of every document whose name can be told, with the comments directly above it, without `---`.
    public static SortedMap<AgentName, byte[]> documents(String file, byte[] bytes) {
        var text = decode(bytes);
        var documents = new TreeMap<AgentName, byte[]>();
        if (text != null) {
            for (var document : DocumentText.of(file, Reader.readable(file, text))) {
                if (document.name() != null) {
                    var body = text.substring(document.from(), document.to()).stripLeading();
                    documents.put(document.name(), endOfLine(body).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return documents;
    }

    /// Where a new agent's manifest goes: labels have no dots, so that no two names share a file.
    public static String fileFor(AgentName name) {
        return name.namespace().equals(AgentName.DEFAULT_NAMESPACE)
                ? name.name() + ".yaml"
                : name.namespace() + "." + name.name() + ".yaml";
    }

    private static @Nullable DocumentText find(String file, String text, AgentName name) {
        return DocumentText.of(file, Reader.readable(file, text))
                .stream()
                .filter(document -> name.equals(document.name()))
                .findFirst()
                .orElse(null);
    }

    private static List<String> contents(String file, String text, @Nullable DocumentText without) {
        return DocumentText.of(file, Reader.readable(file, text))
                .stream()
                .filter(document -> !document.equals(without))
                .map(DocumentText::content)
                .toList();
    }

    private static String endOfLine(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    private static @Nullable String decode(byte[] bytes) {
        try {
            return Reader.decode(bytes);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /// With a byte order mark if `original` has one.
    private static byte[] encode(String text, byte[] original) {
        boolean marked = new String(original, StandardCharsets.UTF_8).startsWith(MARK);
        return ((marked ? MARK : "") + text).getBytes(StandardCharsets.UTF_8);
    }
}

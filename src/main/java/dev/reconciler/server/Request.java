package dev.reconciler.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One command line, as the client was given it.
///
/// @param arguments what was typed after `reconciler`
/// @param directory the client's working directory: relative paths are relative to it
/// @param manifests the folder that the client was told to speak about, absolute; empty: whichever the daemon serves
/// @param tmux the client's `TMUX`, empty outside of tmux
/// @param input its standard input when an argument asks for it (`-f -`), else empty
/// @param terminal what its standard output is
/// @param resume where an answer that was cut off goes on, as the daemon said it then; empty: from the beginning
public record Request(
        List<String> arguments, String directory, String manifests, String tmux, byte[] input, Terminal terminal,
        String resume) {
    /// What the answer is printed on.
    ///
    /// @param columns its width, 0 when it is no terminal
    /// @param colour whether colours are wanted
    /// @param live whether pictures can be shown on it, one in the place of the other
    public record Terminal(int columns, boolean colour, boolean live) {
        public static final Terminal NONE = new Terminal(0, false, false);
    }

    /// To something that is no terminal, from the beginning.
    public Request(List<String> arguments, String directory, String manifests, String tmux, byte[] input) {
        this(arguments, directory, manifests, tmux, input, Terminal.NONE, "");
    }

    /// The same, going on there.
    public Request resuming(String from) {
        return new Request(arguments, directory, manifests, tmux, input, terminal, from);
    }

    /// Largest request, in bytes: twice what a manifest or a message may have.
    public static final int LIMIT = 2 << 20;

    private static final int MAGIC = 0x52434c31;

    /// @throws IOException also when it is larger than [#LIMIT]
    public void write(OutputStream to) throws IOException {
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        data.writeInt(arguments.size());
        for (var argument : arguments) {
            writeText(data, argument);
        }
        writeText(data, directory);
        writeText(data, manifests);
        writeText(data, tmux);
        writeBytes(data, input);
        // A daemon that runs since before an upgrade knows nothing of this: it gets it only where it matters.
        if (terminal.columns > 0 || !resume.isEmpty()) {
            data.writeInt(terminal.columns);
            data.writeBoolean(terminal.colour);
            data.writeBoolean(terminal.live);
            writeText(data, resume);
        }
        if (body.size() > LIMIT) {
            throw new IOException("the request is too large");
        }
        var frame = new DataOutputStream(to);
        frame.writeInt(MAGIC);
        frame.writeInt(body.size());
        body.writeTo(frame);
        frame.flush();
    }

    /// @throws IOException for anything but exactly what [#write] writes
    static Request read(InputStream from) throws IOException {
        var head = new DataInputStream(from);
        if (head.readInt() != MAGIC) {
            throw new IOException("not a request");
        }
        int size = head.readInt();
        if (size < 0 || size > LIMIT) {
            throw new IOException("request of " + size + " bytes");
        }
        var body = from.readNBytes(size);
        if (body.length < size) {
            throw new EOFException("half a request");
        }
        var data = new DataInputStream(new ByteArrayInputStream(body));
        int count = data.readInt();
        if (count < 0 || count > size) {
            throw new IOException("request with " + count + " arguments");
        }
        var arguments = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            arguments.add(readText(data));
        }
        var request = new Request(
                List.copyOf(arguments), readText(data), readText(data), readText(data), readBytes(data));
        if (data.available() == 0) {
            return request;
        }
        var terminal = new Terminal(Math.max(0, data.readInt()), data.readBoolean(), data.readBoolean());
        // What a newer client says beyond that is not for this daemon.
        return new Request(request.arguments, request.directory, request.manifests, request.tmux, request.input,
                terminal, readText(data));
    }

    private static void writeText(DataOutputStream data, String text) throws IOException {
        writeBytes(data, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeBytes(DataOutputStream data, byte[] bytes) throws IOException {
        data.writeInt(bytes.length);
        data.write(bytes);
    }

    private static String readText(DataInputStream data) throws IOException {
        return new String(readBytes(data), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream data) throws IOException {
        int size = data.readInt();
        if (size < 0 || size > data.available()) {
            throw new IOException("request with a part of " + size + " bytes");
        }
        return data.readNBytes(size);
    }
}

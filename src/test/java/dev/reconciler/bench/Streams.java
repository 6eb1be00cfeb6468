package dev.reconciler.bench;

import dev.reconciler.server.Frames;
import dev.reconciler.server.Request;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Clients that watch, are cut off, and come again, as a day of laptops and windows brings them: an hour is sixty rounds
/// of a client of each kind.
final class Streams {
    private static final List<List<String>> KINDS = List.of(
            List.of("get", "agents", "-w"), List.of("status", "-w"), List.of("events", "--watch"),
            List.of("logs", "agent-0", "-f"));

    private final Path socket;

    Streams(Path socket) {
        this.socket = socket;
    }

    /// @return how many clients there were
    int hours(int hours) throws IOException {
        int clients = 0;
        for (int minute = 0; minute < 60 * hours; minute++) {
            var open = new ArrayList<SocketChannel>();
            for (var words : KINDS) {
                // Half of them come as those who were cut off.
                open.add(begin(words, minute % 2 == 0 ? "" : "again"));
                clients++;
            }
            for (var channel : open) {
                channel.close();
            }
        }
        return clients;
    }

    /// Returns when the stream flows.
    private SocketChannel begin(List<String> words, String resume) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        new Request(words, "/", "", "", new byte[0], new Request.Terminal(80, true, true), resume)
                .write(Channels.newOutputStream(channel));
        var in = new DataInputStream(Channels.newInputStream(channel));
        for (int kind = in.readUnsignedByte(); kind != Frames.RESUME; kind = in.readUnsignedByte()) {
            if (kind == Frames.EXIT) {
                throw new IOException(words + " ended");
            }
            in.readNBytes(in.readInt());
        }
        return channel;
    }
}

package dev.reconciler.server;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where one request's answer goes. Writing never fails: when the client is gone, [#gone] says so and the rest is
/// dropped.
public final class Reply {
    private final DataOutputStream wire;
    private final PrintStream out;
    private final PrintStream err;
    private volatile boolean gone;

    Reply(OutputStream wire) {
        this.wire = new DataOutputStream(new BufferedOutputStream(wire, 16 * 1024));
        this.out = stream(Frames.OUT);
        this.err = stream(Frames.ERR);
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    /// True once the client has hung up: whoever streams stops.
    public boolean gone() {
        return gone;
    }

    /// Asks the client's launcher to become this shell script once the exit code is 0.
    public void exec(String script) {
        frame(Frames.EXEC, script.getBytes(StandardCharsets.UTF_8));
    }

    /// All that was written so far is with the client: should the connection break, it asks to go on from here.
    public void resumable(String from) {
        out.flush();
        frame(Frames.RESUME, from.getBytes(StandardCharsets.UTF_8));
    }

    /// What was written since the last one is one picture.
    public void picture() {
        out.flush();
        frame(Frames.PICTURE, new byte[0]);
    }

    void hello() {
        frame(Frames.HELLO, new byte[0]);
    }

    void exit(int code) {
        out.flush();
        err.flush();
        frame(Frames.EXIT, new byte[] {(byte) code});
    }

    void hungUp() {
        gone = true;
    }

    private void frame(int channel, byte[] bytes) {
        frame(channel, bytes, 0, bytes.length);
    }

    private synchronized void frame(int channel, byte[] bytes, int offset, int length) {
        if (gone) {
            return;
        }
        try {
            Frames.write(wire, channel, bytes, offset, length);
        } catch (IOException e) {
            gone = true;
        }
    }

    private PrintStream stream(int channel) {
        var frames = new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                for (int at = 0; at < length; at += Frames.LIMIT) {
                    frame(channel, bytes, offset + at, Math.min(Frames.LIMIT, length - at));
                }
            }
        };
        return new PrintStream(new BufferedOutputStream(frames, 32 * 1024), false, StandardCharsets.UTF_8);
    }
}

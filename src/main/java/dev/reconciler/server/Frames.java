package dev.reconciler.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/// An answer on the wire: frames of one byte channel, four bytes length (big endian), and that many bytes. The first is
/// [#HELLO], the last [#EXIT].
public final class Frames {
    /// Empty: the request is understood and being answered.
    public static final int HELLO = 0;

    public static final int OUT = 1;
    public static final int ERR = 2;

    /// One byte: the exit code.
    public static final int EXIT = 3;

    /// A shell script, UTF-8, for the client's launcher to become.
    public static final int EXEC = 4;

    /// UTF-8: the answer goes on for ever, and should it be cut off, a request with this goes on from here.
    public static final int RESUME = 5;

    /// Empty: what came on [#OUT] since the last one is one picture, to be shown in the place of the one before.
    public static final int PICTURE = 6;

    /// Largest frame, in bytes.
    public static final int LIMIT = 64 * 1024;

    private Frames() {}

    static void write(DataOutputStream to, int channel, byte[] bytes, int offset, int length) throws IOException {
        to.writeByte(channel);
        to.writeInt(length);
        to.write(bytes, offset, length);
        to.flush();
    }

    /// What a client does with an answer.
    public interface Receiver {
        void hello();

        void out(byte[] bytes) throws IOException;

        void err(byte[] bytes) throws IOException;

        void exec(byte[] script);

        void resume(byte[] from);

        void picture() throws IOException;
    }

    /// Hands every frame to `receiver` as it comes.
    ///
    /// @return the exit code
    /// @throws IOException also when the answer ends without one
    public static int receive(DataInputStream from, Receiver receiver) throws IOException {
        while (true) {
            int channel = from.readUnsignedByte();
            int size = from.readInt();
            if (size < 0 || size > LIMIT) {
                throw new IOException("not an answer");
            }
            var bytes = from.readNBytes(size);
            if (bytes.length < size) {
                throw new EOFException();
            }
            switch (channel) {
                case HELLO -> receiver.hello();
                case OUT -> receiver.out(bytes);
                case ERR -> receiver.err(bytes);
                case EXEC -> receiver.exec(bytes);
                case RESUME -> receiver.resume(bytes);
                case PICTURE -> receiver.picture();
                case EXIT -> {
                    return size == 1 ? bytes[0] & 0xff : 1;
                }
                default -> throw new IOException("not an answer");
            }
        }
    }
}

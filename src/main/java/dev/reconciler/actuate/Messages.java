package dev.reconciler.actuate;

import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.host.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/// The texts of messages that are on their way, in the state directory: `messages/<run id>/<id>`.
public final class Messages {
    private static final String FOLDER = "messages/";

    private Messages() {}

    /// On disk before anybody is told that it will be delivered.
    public static void write(Storage storage, String key, String text) throws IOException {
        storage.write(FOLDER + key, text.getBytes(StandardCharsets.UTF_8));
    }

    static String read(Storage storage, Delivery delivery) throws IOException {
        var bytes = storage.read(FOLDER + delivery.key());
        if (bytes == null) {
            throw new IOException("the text of message " + delivery.id() + " is not in the state directory any more");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Removes the texts of all other deliveries.
    ///
    /// @param keys those that were on their way at `then`: what came later stays
    public static void keep(Storage storage, Collection<String> keys, Moment then) throws IOException {
        for (var file : storage.list(FOLDER)) {
            var key = file.substring(FOLDER.length());
            if (!keys.contains(key) && written(key) < then.nanos()) {
                storage.delete(file);
            }
        }
    }

    /// The id of a message is when it came ([#id]); of an earlier boot's, that may be any time.
    private static long written(String key) {
        try {
            return Long.parseLong(key.substring(key.lastIndexOf('/') + 2), Character.MAX_RADIX);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return 0;
        }
    }

    /// Unique among the messages of one run.
    public static String id(Moment now) {
        return "m" + Long.toString(now.nanos(), Character.MAX_RADIX);
    }
}

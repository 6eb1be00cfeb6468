package dev.reconciler.observed;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A regular expression of the user's, with a limit of its own: some take longer than the age of the universe. It is
/// counted in characters read, so that a busy machine does not change the answer.
record Sign(Pattern pattern) {
    /// About 50 ms of a processor; a screen has 10,000 characters.
    private static final int READS = 10_000_000;

    /// It took too long.
    static final class Endless extends Exception {
        private static final long serialVersionUID = 1L;

        Endless(Pattern pattern) {
            super("the pattern " + pattern + " takes too long on this screen: it backtracks without end");
        }
    }

    static Sign of(String pattern) {
        return new Sign(Pattern.compile(pattern, Pattern.MULTILINE));
    }

    /// @return what its first group holds, or all that matched; null when it is not there
    @Nullable
    String find(String screen) throws Endless {
        var matcher = pattern.matcher(new Limited(screen));
        try {
            return !matcher.find() ? null
                    : matcher.groupCount() == 0 ? matcher.group()
                    : matcher.group(1);
        } catch (OutOfReads | StackOverflowError e) {
            throw new Endless(pattern);
        }
    }

    private static final class OutOfReads extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfReads() {
            super(null, null, false, false);
        }
    }

    /// A text that can be read so often: the one place a matcher comes by again and again.
    private static final class Limited implements CharSequence {
        private final CharSequence text;
        private int reads;

        Limited(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++reads > READS) {
                throw new OutOfReads();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int to) {
            return text.subSequence(start, to);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}

package dev.reconciler.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// `--at`: the minute, or the second, that a person means.
///
/// @param from its first instant
/// @param to the first one after it
record Span(Instant from, Instant to) {
    /// @throws Failure when it is no time, or none of the recording
    static Span parse(String text, Extent extent) throws Failure {
        var first = extent.first();
        if (first == null) {
            throw new IllegalStateException("a recording without a round");
        }
        var span = text.startsWith("-")
                ? of(extent.last().plus(Spans.parse("--at", text)), Duration.ofMinutes(1))
                : of(point(text, extent), text.matches(".*[T ]?[0-9]{2}:[0-9]{2}:[0-9]{2}.*") ? Duration.ofSeconds(1)
                        : Duration.ofMinutes(1));
        if (span.to.isBefore(first) || span.from.isAfter(extent.known())) {
            throw Failure.of("nothing is recorded of " + Extent.time(extent.zone(), span.from)
                    + ": the recording goes from " + extent.range());
        }
        return span;
    }

    private static Span of(Instant from, Duration length) {
        return new Span(from, from.plus(length));
    }

    /// Of a time without a date, the last one in the recording.
    private static Instant point(String text, Extent extent) throws Failure {
        try {
            if (text.matches("[0-9]{2}:[0-9]{2}(:[0-9]{2})?")) {
                var end = extent.last().atZone(extent.zone());
                var there = end.with(LocalTime.parse(text));
                return (there.isAfter(end) ? there.minus(1, ChronoUnit.DAYS) : there).toInstant();
            }
            var joined = text.replaceFirst(" ", "T");
            return joined.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
                    ? OffsetDateTime.parse(joined).toInstant()
                    : LocalDateTime.parse(joined).atZone(extent.zone()).toInstant();
        } catch (DateTimeException e) {
            throw Failure.of("invalid argument \"" + text + "\" for \"--at\" flag: not a time such as 03:12, 03:12:04,"
                    + " 2026-11-20T03:12:04Z or -2h");
        }
    }

    /// @param end null: it goes on
    boolean meets(Instant begin, @Nullable Instant end) {
        return begin.isBefore(to) && (end == null || end.isAfter(from));
    }
}

package dev.reconciler.cli;

import dev.reconciler.api.Moment;
import dev.reconciler.recording.FlightRecorder;
import dev.reconciler.recording.Frame;
import dev.reconciler.recording.Header;
import dev.reconciler.recording.Replay;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a recording is: from when to when, of whom, and what of it cannot be read.
final class Extent implements Replay.Listener {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final TreeSet<String> versions = new TreeSet<>();
    private final List<String> damages = new ArrayList<>();
    private final List<Path> open = new ArrayList<>();
    private ZoneId zone = ZoneOffset.UTC;
    private @Nullable Instant first;
    private Instant last = Instant.EPOCH;
    private long rounds;
    private long lost;

    @Override
    public void begins(Header header) {
        versions.add(header.reconciler());
        try {
            zone = ZoneId.of(header.zone());
        } catch (DateTimeException e) {
            zone = ZoneOffset.UTC;
        }
    }

    @Override
    public void round(Replay.Round round) {
        var quiet = round.quiet();
        if (quiet != null) {
            quiet(quiet);
        }
        rounds++;
        lost += round.lost();
        seen(round.inputs().at());
    }

    @Override
    public void quiet(Frame.Quiet quiet) {
        rounds += quiet.rounds();
        seen(quiet.until());
    }

    private void seen(Moment at) {
        first = first == null ? at.wall() : first;
        last = at.wall();
    }

    @Override
    public void ended(Moment at) {
        seen(at);
    }

    @Override
    public void open(Path file) {
        open.add(file);
    }

    @Override
    public void damaged(Path file, String why) {
        damages.add((file.toString().isEmpty() ? "" : file + ": ") + Text.plain(why)
                + (first == null ? "" : "; read up to " + time(zone, last)));
    }

    @Nullable
    Instant first() {
        return first;
    }

    Instant last() {
        return last;
    }

    /// What its daemon, which still writes or was killed, may have seen after the last line: nothing new.
    Instant known() {
        return open.isEmpty() ? last : last.plus(FlightRecorder.TICK);
    }

    /// The one of whoever recorded last.
    ZoneId zone() {
        return zone;
    }

    List<String> damages() {
        return damages;
    }

    String versions() {
        return String.join(", ", versions);
    }

    /// `2026-11-20 01:00:00.000 to 2026-11-20 04:00:00.000 (Europe/Berlin)`
    String range() {
        return (first == null ? "" : time(zone, first)) + " to " + time(zone, last) + " (" + zone + ")";
    }

    static String time(ZoneId zone, Instant instant) {
        return TIME.format(instant.atZone(zone));
    }

    /// For standard error.
    List<String> notes(Path place) {
        var notes = new ArrayList<String>();
        notes.add(place + ": " + range() + ", " + Text.count((int) Math.min(rounds, Integer.MAX_VALUE), "round")
                + ", recorded by reconciler " + versions());
        if (lost > 0) {
            notes.add("note: " + lost + " rounds are missing: the disk was full, or they came too fast");
        }
        open.forEach(file -> notes.add("note: " + file
                + " has no end: its daemon still writes, or was killed; all that is there was read"));
        damages.forEach(damage -> notes.add("warning: " + damage));
        return notes;
    }

    void json(ObjectNode root) {
        root.put("from", String.valueOf(first));
        root.put("to", last.toString());
        root.put("zone", zone.getId());
        root.put("rounds", rounds);
        root.put("lost", lost);
        var by = root.putArray("reconciler");
        versions.forEach(by::add);
        var damaged = root.putArray("damaged");
        damages.forEach(damaged::add);
    }
}

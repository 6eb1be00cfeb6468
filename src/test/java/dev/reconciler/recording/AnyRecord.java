package dev.reconciler.recording;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.RunId;
import dev.reconciler.api.SpecHash;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Any record, all of it there, and in each text where it stands: `«Agent.document»`. A component that is added later is
/// covered without a change here.
final class AnyRecord {
    private static final int DEEP = 12;

    private final int turn;
    private int number;

    /// @param turn which case of each sealed type it takes, of each enum which constant
    AnyRecord(int turn) {
        this.turn = turn;
    }

    <T> T of(Class<T> type) {
        return type.cast(value(type, type.getSimpleName(), 0));
    }

    private Object value(Type type, String where, int depth) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic, where, depth);
        }
        if (type == String.class) {
            return where.equals("Change.hash") ? "1:«" + where + "»" : "«" + where + "»";
        }
        if (type == int.class || type == Integer.class) {
            return ++number;
        }
        if (type == long.class || type == Long.class) {
            return (long) ++number;
        }
        if (type == boolean.class || type == Boolean.class) {
            return turn % 2 == 0;
        }
        if (type == Instant.class) {
            return Instant.ofEpochSecond(++number);
        }
        if (type == Path.class) {
            return Path.of("/«" + where + "»");
        }
        if (type == AgentName.class) {
            return new AgentName("default", "agent-" + ++number);
        }
        if (type == RunId.class) {
            return new RunId("0123456789abcdef", ++number);
        }
        if (type == SpecHash.class) {
            return new SpecHash(1, "«SpecHash.digest»");
        }
        var raw = (Class<?>) type;
        if (raw.isEnum()) {
            return raw.getEnumConstants()[turn % raw.getEnumConstants().length];
        }
        if (raw.isSealed()) {
            var cases = raw.getPermittedSubclasses();
            return value(cases[depth > DEEP / 2 ? 0 : turn % cases.length], where, depth + 1);
        }
        return record(raw, depth);
    }

    private Object generic(ParameterizedType type, String where, int depth) {
        var arguments = type.getActualTypeArguments();
        var raw = type.getRawType();
        if (raw == List.class) {
            return new ArrayList<>(List.of(value(arguments[0], where, depth), value(arguments[0], where, depth)));
        }
        if (raw == Set.class || raw == SortedSet.class) {
            return new TreeSet<>(List.of(value(arguments[0], where, depth)));
        }
        if (raw == SortedMap.class) {
            var map = new TreeMap<Object, Object>();
            map.put(value(arguments[0], where + ":key", depth), value(arguments[1], where, depth));
            return map;
        }
        throw new AssertionError("teach me to make a " + type);
    }

    private Object record(Class<?> type, int depth) {
        if (depth > DEEP) {
            throw new AssertionError("no end of " + type);
        }
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(
                    components[i].getGenericType(), type.getSimpleName() + "." + components[i].getName(), depth + 1);
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + ": " + e.getCause(), e);
        }
    }
}

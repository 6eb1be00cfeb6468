package dev.reconciler.status;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;

/// Makes a record read from a file whole again: no null where the type promises a value.
///
/// A missing list, map or string becomes an empty one. For all else that is missing, the smallest thing around it that
/// may be absent (a nullable component, an element of a list or map) is dropped: what the world can tell is read from
/// the world, and what it can't is at most forgotten for this one item.
final class Gaps {
    private final List<String> problems;

    private Gaps(List<String> problems) {
        this.problems = problems;
    }

    /// @param problems one sentence for each thing dropped is added
    /// @throws DatabindException when the record itself can't do without something that is missing
    static Object closed(Record record, List<String> problems) {
        try {
            return new Gaps(problems).record(record, "");
        } catch (Missing e) {
            throw DatabindException.from((JsonParser) null, e.getMessage(), e);
        }
    }

    /// Something without which the thing around it means nothing.
    private static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String path) {
            super(path + " is missing or unknown");
        }
    }

    private Record record(Record record, String path) throws Missing {
        var components = record.getClass().getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = component(components[i], record, path + (path.isEmpty() ? "" : ".") + components[i].getName());
        }
        try {
            var constructor = record.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot rebuild " + record.getClass(), e);
        }
    }

    private @Nullable Object component(RecordComponent component, Record record, String path) throws Missing {
        Object value;
        try {
            component.getAccessor().setAccessible(true);
            value = component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + path, e);
        }
        if (!nullable(component.getAnnotatedType())) {
            return value == null ? empty(component.getType(), path) : whole(value, path);
        }
        try {
            return value == null ? null : whole(value, path);
        } catch (Missing e) {
            problems.add(e.getMessage() + ": " + path + " is ignored");
            return null;
        }
    }

    private static boolean nullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static Object empty(Class<?> type, String path) throws Missing {
        if (type == String.class) {
            return "";
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == SortedMap.class) {
            return Collections.emptySortedMap();
        }
        throw new Missing(path);
    }

    private Object whole(Object value, String path) throws Missing {
        return switch (value) {
            // Instants and the like have no gaps; our own records may.
            case Record record -> record(record, path);
            case List<?> list -> list(list, path);
            case SortedMap<?, ?> map -> map(map, path);
            default -> value;
        };
    }

    private List<Object> list(List<?> list, String path) {
        var kept = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++) {
            var element = element(list.get(i), path + "[" + i + "]");
            if (element != null) {
                kept.add(element);
            }
        }
        return List.copyOf(kept);
    }

    private SortedMap<Object, Object> map(SortedMap<?, ?> map, String path) {
        var kept = new TreeMap<Object, Object>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            var element = element(entry.getValue(), path + "." + entry.getKey());
            if (element != null) {
                kept.put(entry.getKey(), element);
            }
        }
        return Collections.unmodifiableSortedMap(kept);
    }

    private @Nullable Object element(@Nullable Object value, String path) {
        try {
            if (value == null) {
                throw new Missing(path);
            }
            return whole(value, path);
        } catch (Missing e) {
            problems.add(e.getMessage() + ": " + path + " is ignored");
            return null;
        }
    }
}

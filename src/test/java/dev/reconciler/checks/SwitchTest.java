package dev.reconciler.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Reads the sources with the compiler's own eyes: types resolved, nothing generated.
class SwitchTest {
    private static final String REASON = "A default hides the row that a new state, action or reason needs: without it"
            + " the compiler names every place to think about.";

    @Test
    void no_switch_over_our_own_types_has_a_default() throws IOException {
        Code.none(defaults(Code.sources(Code.MAIN)), REASON);
    }

    @Test
    void this_check_sees_a_default_on_an_enum_a_sealed_type_and_a_record_and_a_total_pattern() throws IOException {
        var source =
                new SimpleJavaFileObject(URI.create("string:///dev/reconciler/Bad.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return """
                                package dev.reconciler;
                                class Bad {
                                    enum E { A, B }
                                    sealed interface S { record X() implements S {} record Y() implements S {} }
                                    record R(S s, E e) {}
                                    int onEnum(E e) { return switch (e) { case A -> 1; default -> 2; }; }
                                    void onSealed(S s) { switch (s) { case S.X x -> {} case null, default -> {} } }
                                    int onRecord(R r) { return switch (r) { case R(S.X x, E e) -> 1; default -> 2; }; }
                                    int total(S s) { return switch (s) { case S.X x -> 1; case S other -> 2; }; }
                                    int fine(S s) { return switch (s) { case S.X x -> 1; case S.Y y -> 2; }; }
                                    int foreign(int i, String t) {
                                        switch (t) { case "a": return 1; default: }
                                        return switch (i) { case 1 -> 1; default -> 2; };
                                    }
                                }
                                """;
                    }
                };
        var found = defaults(task(List.of(source)));
        assertEquals(4, found.size(), found::toString);
        assertEquals(
                List.of("6", "7", "8", "9"), found.stream().map(f -> f.split(":")[1]).toList());
    }

    private static TreeSet<String> defaults(List<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            return defaults(task(files.getJavaFileObjectsFromPaths(sources)));
        }
    }

    private static JavacTask task(Iterable<? extends JavaFileObject> sources) {
        var options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
        return (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(new StringWriter(), null, _ -> {}, options, null, sources);
    }

    private static TreeSet<String> defaults(JavacTask task) throws IOException {
        var broken = new TreeSet<String>();
        var units = task.parse();
        task.analyze();
        var trees = Trees.instance(task);
        for (var unit : units) {
            new Scanner(trees, unit, broken).scan(unit, null);
        }
        return broken;
    }

    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final CompilationUnitTree unit;
        private final TreeSet<String> broken;

        Scanner(Trees trees, CompilationUnitTree unit, TreeSet<String> broken) {
            this.trees = trees;
            this.unit = unit;
            this.broken = broken;
        }

        @Override
        public Void visitSwitch(SwitchTree tree, Void unused) {
            check(tree.getExpression(), tree.getCases());
            return super.visitSwitch(tree, unused);
        }

        @Override
        public Void visitSwitchExpression(SwitchExpressionTree tree, Void unused) {
            check(tree.getExpression(), tree.getCases());
            return super.visitSwitchExpression(tree, unused);
        }

        private void check(ExpressionTree selector, List<? extends CaseTree> cases) {
            var type = trees.getTypeMirror(new TreePath(getCurrentPath(), selector));
            if (!isClosedAndOurs(type)) {
                return;
            }
            for (var each : cases) {
                for (var label : each.getLabels()) {
                    if (label instanceof DefaultCaseLabelTree) {
                        report(each, "default on " + type);
                    } else if (each.getGuard() == null && label instanceof PatternCaseLabelTree pattern
                            && pattern.getPattern() instanceof BindingPatternTree binding && covers(binding, type)) {
                        report(each, "a pattern that takes any " + type + " is a default");
                    }
                }
            }
        }

        private boolean covers(BindingPatternTree binding, TypeMirror type) {
            var path = TreePath.getPath(unit, binding.getVariable());
            return trees.getTypeMirror(path).toString().equals(type.toString());
        }

        private static boolean isClosedAndOurs(TypeMirror type) {
            return type instanceof DeclaredType declared
                    && declared.asElement() instanceof TypeElement element
                    && element.getQualifiedName().toString().startsWith(Code.OURS + ".")
                    && (element.getKind() == ElementKind.ENUM
                            || element.getKind() == ElementKind.RECORD
                            || element.getModifiers().contains(Modifier.SEALED));
        }

        private void report(Tree tree, String what) {
            var at = trees.getSourcePositions().getStartPosition(unit, tree);
            broken.add(Path.of(unit.getSourceFile().toUri().getPath()).getFileName() + ":"
                    + unit.getLineMap().getLineNumber(at) + ": " + what);
        }
    }
}

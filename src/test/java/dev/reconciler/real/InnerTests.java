package dev.reconciler.real;

import java.io.PrintWriter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs test classes by name and ends with 1 when one fails or none is there: the JVM inside a booted systemd.
final class InnerTests {
    private InnerTests() {}

    public static void main(String[] classes) {
        var request = LauncherDiscoveryRequestBuilder.request();
        for (var name : classes) {
            request.selectors(DiscoverySelectors.selectClass(name));
        }
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), summary);
        var told = summary.getSummary();
        var out = new PrintWriter(System.out, true);
        told.printFailuresTo(out, 20);
        out.println(told.getTestsSucceededCount() + " of " + told.getTestsFoundCount() + " passed");
        boolean good = told.getTestsFoundCount() > 0 && told.getTestsSucceededCount() == told.getTestsFoundCount();
        System.exit(good ? 0 : 1);
    }
}

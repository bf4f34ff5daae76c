package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nothing is sent: neither by Java's sockets, each of which asks which proxy to use, nor by anything else, native code and
 * lookups of names included, whose packets of IPv4 the kernel counts.
 */
class NoNetworkTest {
    private static final String[] WITHOUT_NETWORK = {"unshare", "-rn", "sh", "-c", "\"$0\" \"$@\"; cat /proc/net/snmp"};
    private static final String CONNECTS = "connects to ";

    /** Tries every part of the library, native ones too, and judges a clip; each connection that Java is asked for is told. */
    static final class Listens {
        public static void main(String[] args) {
            tellConnections();
            int exit = CryCommand.commandLine().execute("doctor");
            exit += CryCommand.commandLine().execute("classify", "--sample");
            System.out.println("exit " + exit);
        }
    }

    /** Tries to reach an address that is nobody's. */
    static final class Connects {
        public static void main(String[] args) {
            tellConnections();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("192.0.2.1", 80), 100);
            } catch (IOException e) {
                System.out.println("not reached");
            }
        }
    }

    private static void tellConnections() {
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                System.out.println(CONNECTS + uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
    }

    @Test
    void javaIsAskedForNoConnection() throws Exception {
        assertThat(OtherJvm.of(Listens.class).run().said())
                .contains("exit 0")
                .noneMatch(line -> line.contains(CONNECTS));
        // It would have been told.
        assertThat(OtherJvm.of(Connects.class).run().said()).anyMatch(line -> line.contains(CONNECTS));
    }

    @Test
    void withoutANetworkEverythingWorksAndNothingLooksForOne() throws Exception {
        assumeTrue(OtherJvm.works("unshare", "-rn", "cat", "/proc/net/snmp"), "no network namespace can be made here");
        List<String> listens =
                OtherJvm.of(Listens.class).under(WITHOUT_NETWORK).run().said();
        assertThat(listens).contains("exit 0");
        assertThat(counter(listens, "Ip:", "OutRequests")).isZero();
        assertThat(counter(listens, "Ip:", "OutNoRoutes")).isZero();
        assertThat(counter(listens, "Tcp:", "ActiveOpens")).isZero();
        // The counters do count.
        List<String> connects =
                OtherJvm.of(Connects.class).under(WITHOUT_NETWORK).run().said();
        assertThat(counter(connects, "Ip:", "OutRequests") + counter(connects, "Ip:", "OutNoRoutes"))
                .isPositive();
    }

    /** The kernel prints a row of names and a row of values. */
    private static long counter(List<String> said, String protocol, String name) {
        List<String[]> rows = said.stream()
                .filter(line -> line.startsWith(protocol))
                .map(line -> line.split(" ", -1))
                .toList();
        return Long.parseLong(rows.get(1)[Arrays.asList(rows.get(0)).indexOf(name)]);
    }
}

import { strict as assert } from "node:assert";
import { prometheusOperator } from "../../../components/monitoring/prometheus-operator";
import { type ApiServer, apiServer, MONITORING_KINDS } from "./support/api-server";

describe("the question for the Prometheus operator", () => {
    let server: ApiServer | undefined;
    afterEach(() => server?.close());

    async function ask(kinds: Record<string, string[]>, refusal?: number): Promise<void> {
        server?.close();
        server = await apiServer(kinds, refusal);
        return prometheusOperator({ kubeconfig: server.kubeconfig });
    }

    it("is content when both kinds are there", async () => {
        await ask(MONITORING_KINDS);
        assert.deepEqual(
            server?.asked.map((path) => path.replace(/\/$/, "")),
            ["/apis/monitoring.coreos.com/v1"],
        );
    });

    it("says what is missing and what to do", async () => {
        await assert.rejects(ask({}), {
            message:
                "The cluster has no podmonitors.monitoring.coreos.com and no prometheusrules.monitoring.coreos.com; install the Prometheus operator first, leave alerts out, or say `operatorInstalled: true` when the same program installs it.",
        });
        await assert.rejects(
            ask({ "monitoring.coreos.com/v1": ["podmonitors"] }),
            /^Error: The cluster has no prometheusrules\.monitoring\.coreos\.com; /,
        );
    });

    it("tells a refusal from an absence, without repeating what it knows by", async () => {
        await assert.rejects(ask(MONITORING_KINDS, 403), (error: Error) => {
            assert.equal(error.message, "The cluster can't be asked for the Prometheus operator: it answered 403");
            return !/TOKEN/.test(`${error.stack}`);
        });
    });

    it("says when there is no cluster", async () => {
        server = await apiServer({});
        server.close();
        await assert.rejects(
            prometheusOperator({ kubeconfig: server.kubeconfig }),
            /The cluster can't be asked for the Prometheus operator: .*ECONNREFUSED/,
        );
    });
});

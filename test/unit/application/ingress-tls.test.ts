import { strict as assert } from "node:assert";
import { ACME_SOLVER, issuerAnnotations, tlsChoiceFault } from "../../../components/application/ingress-tls";

const WAYS = "secretName, clusterIssuer, issuer, allowSelfSignedCertificate";

describe("certificate of an Ingress", () => {
    it("comes from exactly one place", () => {
        assert.equal(tlsChoiceFault({ secretName: "web-tls" }), undefined);
        assert.equal(tlsChoiceFault({ clusterIssuer: "letsencrypt" }), undefined);
        assert.equal(tlsChoiceFault({ issuer: "own" }), undefined);
        assert.equal(tlsChoiceFault({ allowSelfSignedCertificate: true }), undefined);
        assert.equal(tlsChoiceFault({ secretName: "web-tls", allowSelfSignedCertificate: false }), undefined);
    });

    it("is refused from nowhere or from two places", () => {
        const none = `must have exactly one of ${WAYS}, has none of them; write for example clusterIssuer: "letsencrypt"`;
        assert.equal(tlsChoiceFault({}), none);
        assert.equal(tlsChoiceFault({ allowSelfSignedCertificate: false }), none);
        assert.equal(
            tlsChoiceFault({ secretName: "web-tls", issuer: "own" }),
            `must have exactly one of ${WAYS}, has secretName and issuer; write for example clusterIssuer: "letsencrypt"`,
        );
    });

    it("is proved at the port and by the pods that cert-manager makes", () => {
        assert.deepEqual(ACME_SOLVER, { port: 8089, podLabels: { "acme.cert-manager.io/http01-solver": "true" } });
    });

    it("is asked of cert-manager by annotation", () => {
        assert.deepEqual(issuerAnnotations({}), {});
        assert.deepEqual(issuerAnnotations({ clusterIssuer: "letsencrypt" }), {
            "cert-manager.io/cluster-issuer": "letsencrypt",
        });
        assert.deepEqual(issuerAnnotations({ issuer: "own" }), { "cert-manager.io/issuer": "own" });
    });
});

/**
 * Evictions as `kubectl drain` asks for them, but without closing the node before: where it is the only one, new pods would
 * find no place, and the budget would hold the last old one for good, as it should.
 */
import { kubectlWith } from "../e2e/support/kubectl";
import { APP } from "../e2e/support/sample-app-stack";

/** What the API server says while a PodDisruptionBudget holds a pod back. */
const HELD_BACK = /TooManyRequests|disruption budget/;

/** Asks for the eviction of a pod, and tells whether it was granted. */
export async function evict(name: string): Promise<boolean> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: APP } };
    const place = `/api/v1/namespaces/${APP}/pods/${name}/eviction`;
    return kubectlWith(JSON.stringify(eviction), "create", "--raw", place, "-f", "-").then(
        () => true,
        (error: Error & { stderr?: string }) => {
            if (HELD_BACK.test(error.stderr ?? "")) {
                return false;
            }
            throw error;
        },
    );
}

/** Evicts pods, all as soon as may be, and tells how often one was held back. */
export async function evictAll(names: string[]): Promise<number> {
    let heldBack = 0;
    let left = names;
    while (left.length > 0) {
        const held: string[] = [];
        for (const name of left) {
            if (!(await evict(name))) {
                held.push(name);
            }
        }
        heldBack += held.length;
        left = held;
        if (left.length > 0) {
            await new Promise((resolve) => setTimeout(resolve, 1_000));
        }
    }
    return heldBack;
}

/** Runs jobs side by side, as far as they don't disturb each other. Pure. */

/** A job and the names of what no other job may touch meanwhile. */
export interface Job {
    exclusive: string[];
    work: () => Promise<void>;
}

/** Runs all jobs, in their order where that makes a difference, at most `parallel` at once. Jobs must not fail. */
export async function runJobs(jobs: Job[], parallel: number): Promise<void> {
    const waiting = [...jobs];
    const running = new Map<Job, Promise<void>>();
    while (waiting.length > 0 || running.size > 0) {
        const taken = new Set([...running.keys()].flatMap(({ exclusive }) => exclusive));
        const next = waiting.findIndex(({ exclusive }) => exclusive.every((name) => !taken.has(name)));
        const job = running.size < parallel ? waiting[next] : undefined;
        if (job === undefined) {
            await Promise.race(running.values());
            continue;
        }
        waiting.splice(next, 1);
        running.set(
            job,
            job.work().finally(() => running.delete(job)),
        );
    }
}

const POLL_MS = 500;

/** Looks until there is something to see, or the time is over. */
export async function within<T>(seconds: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
    for (const end = Date.now() + seconds * 1000; ; ) {
        const seen = await look();
        if (seen !== undefined || Date.now() > end) {
            return seen;
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}

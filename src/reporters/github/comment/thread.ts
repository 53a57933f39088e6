/** The comments of a pull request, as far as one of them is the gate's. */

import { type Marker, readMarker } from './marker.ts';
import type { PullRequest } from './pull-request.ts';

export interface OwnComment {
  readonly id: number;
  readonly state: string;
}

/** A pull request with more comments than these is not searched any further. */
const mostPages = 30;

export class CommentThread {
  readonly #octokit: Awaited<ReturnType<typeof connect>>;
  readonly #pull: PullRequest;
  readonly #signal: AbortSignal;

  private constructor(octokit: Awaited<ReturnType<typeof connect>>, pull: PullRequest, signal: AbortSignal) {
    this.#octokit = octokit;
    this.#pull = pull;
    this.#signal = signal;
  }

  /** @param signal Ends every request that is under way. */
  static async open(token: string, pull: PullRequest, signal: AbortSignal): Promise<CommentThread> {
    return new CommentThread(await connect(token), pull, signal);
  }

  /** The comment with this key. Whoever copies the marker is not its author, and is left alone. */
  async find(key: Marker['key']): Promise<OwnComment | undefined> {
    const { viewer } = await this.#octokit.graphql<{ viewer: { login: string } }>(
      'query { viewer { login } }',
      {
        request: this.#request,
      },
    );
    // No person's login has brackets; GraphQL may leave an app's `[bot]` out.
    const own = [viewer.login, `${viewer.login}[bot]`];
    let pages = 0;
    for await (const { data } of this.#octokit.paginate.iterator(this.#octokit.rest.issues.listComments, {
      ...this.#place,
      per_page: 100,
      request: this.#request,
    })) {
      for (const { id, user, body } of data) {
        const marker = readMarker(body ?? '');
        if (own.includes(user?.login ?? '') && marker?.key === key) return { id, state: marker.state };
      }
      pages += 1;
      if (pages >= mostPages)
        throw new Error('the pull request has too many comments to look for the own one');
    }
    return undefined;
  }

  async create(body: string): Promise<void> {
    await this.#octokit.rest.issues.createComment({ ...this.#place, body, request: this.#request });
  }

  async update({ id }: OwnComment, body: string): Promise<void> {
    const { owner, repo } = this.#pull;
    await this.#octokit.rest.issues.updateComment({
      owner,
      repo,
      comment_id: id,
      body,
      request: this.#request,
    });
  }

  get #place() {
    const { owner, repo, number } = this.#pull;
    return { owner, repo, issue_number: number };
  }

  get #request() {
    return { signal: this.#signal };
  }
}

async function connect(token: string) {
  const { getOctokit } = await import('@actions/github');
  return getOctokit(token);
}

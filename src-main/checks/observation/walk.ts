import { type Answer, ask } from "../dns/exchange.ts";
import { type MxView, walkMx } from "../dns/mx-walk.ts";
import { type Walk, walkTogether } from "../dns/walk.ts";
import type { PicturePlan } from "./plan.ts";

/** What one of the zone's own servers says. `soa` bounds how long caches keep the answer that there is no record. */
export interface AuthorityAnswers {
  host: string;
  to: string;
  mx: Answer;
  txt: Answer;
  soa: Answer | null;
}
export interface DomainView {
  domain: string;
  use: string;
  mx: Answer;
  txt: Answer;
  dmarc: Answer | null;
  authorities: AuthorityAnswers[];
  targets: MxView["targets"];
}

/** Everything about the domains that the own resolver and the zones' servers say. */
export function* walkPicture(plan: PicturePlan): Walk<DomainView[]> {
  const { domains, authoritativePort, dns } = plan;
  const views = yield* walkMx({
    dns,
    authoritativePort,
    domains: [...domains],
    comparisons: [],
    mxHosts: [],
    suffixes: [],
  });
  return yield* walkTogether(views.map((view, index) => walkTexts(view, domains[index]?.dmarc ?? false)));
}

function* walkTexts(view: MxView, wantsDmarc: boolean): Walk<DomainView> {
  const { domain, use, zone, authorities, targets } = view;
  const own = [ask(domain, "TXT"), ...(wantsDmarc ? [ask(`_dmarc.${domain}`, "TXT")] : [])];
  const servers = authorities.map(({ to }) => to);
  const answers = yield [
    ...own,
    ...servers.map((to) => ask(domain, "TXT", to)),
    ...(zone === null ? [] : servers.map((to) => ask(zone, "SOA", to))),
  ];
  const [txt, dmarc] = answers;
  const texts = answers.slice(own.length, own.length + servers.length);
  const soas = answers.slice(own.length + servers.length);
  return {
    domain,
    use,
    mx: view.resolver,
    txt: txt as Answer,
    dmarc: wantsDmarc ? (dmarc as Answer) : null,
    authorities: authorities.flatMap(({ host, to, mx }, index) => {
      const text = texts[index];
      return text ? [{ host, to, mx, txt: text, soa: soas[index] ?? null }] : [];
    }),
    targets,
  };
}

export interface ComparisonView {
  domain: string;
  mx: Answer;
  txt: Answer;
}

/** The same records as another resolver has them; the run's DNS client is pointed at that one. */
export function* walkComparison({ domains }: PicturePlan): Walk<ComparisonView[]> {
  const answers = yield domains.flatMap(({ name }) => [ask(name, "MX"), ask(name, "TXT")]);
  return domains.flatMap(({ name }, index) => {
    const [mx, txt] = [answers[index * 2], answers[index * 2 + 1]];
    return mx && txt ? [{ domain: name, mx, txt }] : [];
  });
}

// SPDX-License-Identifier: Apache-2.0
// The frame: who is signed in, the navigation, and the page that the address names.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { whyNot } from "./api.js";
import { kPages } from "./pages/all.js";
import { isFor, type Page, type PageProps } from "./pages/page.js";
import { ChangePassword, SetPassword, SetUp, SignIn, SignInAgain } from "./pages/sign_in.js";
import { announce, Announcements } from "./parts/announce.js";
import { Empty, Select } from "./parts/controls.js";
import { hashOf, type Route, routeOf } from "./route.js";
import { askSession, lookAt, type Session, session, signOut } from "./session.js";
import { useStore } from "./store.js";

type SignedIn = Extract<Session, { status: "in" }>;

export function App() {
  const now = useStore(session);
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener("hashchange", follow);
    void askSession();
    preload(pageAt(kPages, routeOf(location.hash))); // Meanwhile.
    return () => removeEventListener("hashchange", follow);
  }, []);
  // The code of a link does not stay in the address.
  const land = () => {
    history.replaceState(null, "", hashOf(kPages[0]?.path ?? ""));
    setRoute(routeOf(location.hash));
  };
  if (route.at === "setup") return <SetUp code={route.code} onEntered={land} />;
  if (route.at === "password") return <SetPassword code={route.code} onEntered={land} />;
  if (now.status === "asking") return null;
  if (now.status === "out") return <SignIn />;
  if (now.status === "unreachable") {
    return (
      <main class="door">
        <Empty title="The newsroom cannot be reached">{now.why}</Empty>
        <button type="button" class="primary" onClick={() => void askSession()}>Try again</button>
      </main>
    );
  }
  return <Frame now={now} route={route} />;
}

function Frame({ now, route }: { now: SignedIn; route: Extract<Route, { at: "page" }> }) {
  const pages = kPages.filter((page) => isFor(page, now.user.role));
  const page = pageAt(pages, route);
  const { View, hasFailed } = useView(page);
  const main = useRef<HTMLElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${page.title} · Newsroom`;
    setOpen(false);
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [page]);
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault(); // The address names the page.
        main.current?.focus();
      }}>Skip to the page</a>
      <header class="side">
        <p class="brand"><img src="/icons/favicon.svg" alt="" width="20" height="20" />Newsroom</p>
        <button type="button" class="menu quiet" aria-expanded={isOpen} aria-controls="menu" onClick={() => setOpen(!isOpen)}>Menu</button>
        <div id="menu" class={isOpen ? "open" : ""}>
          <nav aria-label="Newsroom">
            <ul>
              {pages.map((one) => (
                <li key={one.path}>
                  <a href={hashOf(one.path)} aria-current={one === page ? "page" : undefined} onPointerEnter={() => preload(one)}>{one.title}</a>
                </li>
              ))}
            </ul>
          </nav>
          <Me now={now} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {View && <View key={now.site} user={now.user} site={now.site} sites={now.sites} rest={route.rest} />}
        {hasFailed && <NotLoaded page={page} />}
      </main>
      {now.isExpired && <SignInAgain user={now.user} />}
    </div>
  );
}

function pageAt(pages: Page[], route: Route): Page {
  return pages.find(({ path }) => route.at === "page" && path === route.path) ?? (pages[0] as Page);
}

function preload(page: Page): void {
  page.load().catch(() => {}); // It is told when the page is wanted.
}

// The view of the page once it is here; that of another is never given.
function useView(page: Page) {
  const [state, setState] = useState<{ of: Page; View?: ComponentType<PageProps> }>();
  useEffect(() => {
    let isWanted = true;
    page.load().then((View) => isWanted && setState({ of: page, View }), () => isWanted && setState({ of: page }));
    return () => void (isWanted = false);
  }, [page]);
  const here = state?.of === page ? state : undefined;
  return { View: here?.View, hasFailed: !!here && !here.View };
}

// Another version may be installed since, whose files have other names.
function NotLoaded({ page }: { page: Page }) {
  return (
    <div role="alert">
      <h1>{page.title}</h1>
      <Empty title={`${page.title} could not be loaded`}>The server cannot be reached, or has another version since.</Empty>
      <button type="button" class="primary" onClick={() => location.reload()}>Load the newsroom again</button>
      <Announcements />
    </div>
  );
}

function Me({ now }: { now: SignedIn }) {
  const [isChanging, setChanging] = useState(false);
  const leave = () => signOut().catch((error) => announce(`You are still signed in: ${whyNot(error)}`));
  const names = Object.fromEntries(now.sites.map(({ id, name }) => [id, name]));
  return (
    <div class="me">
      {now.sites.length > 1 && <Select label="Site" value={now.site} options={names} onValue={lookAt} />}
      <p class="soft">{now.user.name}</p>
      <button type="button" class="quiet" aria-haspopup="dialog" onClick={() => setChanging(true)}>Change password</button>
      <button type="button" class="quiet" onClick={leave}>Sign out</button>
      {isChanging && <ChangePassword user={now.user} onClose={() => setChanging(false)} />}
    </div>
  );
}

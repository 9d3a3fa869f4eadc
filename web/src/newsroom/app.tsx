// SPDX-License-Identifier: Apache-2.0
// The frame: who is signed in, the navigation, and the page that the address names.
import { useEffect, useRef, useState } from "preact/hooks";
import { whyNot } from "./api.js";
import { kPages } from "./pages/all.js";
import { isFor, type Page } from "./pages/page.js";
import { ChangePassword, SetPassword, SetUp, SignIn, SignInAgain } from "./pages/sign_in.js";
import { announce } from "./parts/announce.js";
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
  const page = pages.find(({ path }) => path === route.path) ?? (pages[0] as Page);
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
              {pages.map(({ path, title }) => (
                <li key={path}><a href={hashOf(path)} aria-current={path === page.path ? "page" : undefined}>{title}</a></li>
              ))}
            </ul>
          </nav>
          <Me now={now} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <page.View key={now.site} user={now.user} site={now.site} sites={now.sites} rest={route.rest} />
      </main>
      {now.isExpired && <SignInAgain user={now.user} />}
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

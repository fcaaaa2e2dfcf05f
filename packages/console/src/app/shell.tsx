import { Anchor, AppShell, Burger, Center, Group, Loader, Menu, NavLink, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Empty } from '../components/empty.tsx';
import { useNotices } from '../components/notices.tsx';
import { signOut } from '../session/session.ts';
import { useSession } from '../session/session-gate.tsx';
import { ColorScheme } from './color-scheme.tsx';
import { PageFault } from './page-fault.tsx';
import { PAGES } from './pages.ts';

const ROUTES = PAGES.map(({ path, load }) => ({
  path,
  Component: lazy(async () => ({ default: (await load()).Page })),
}));

/** Navigation around the page that is open. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [location] = useLocation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={isOpen}
            />
            <Title order={2} size="h4">
              <Anchor component={Link} href="/" inherit underline="never" c="inherit">
                Confab
              </Anchor>
            </Title>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorScheme />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {PAGES.filter(({ label }) => label !== undefined).map(({ path, label }) => (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={label}
            active={path === '/' ? location === '/' : location.startsWith(path)}
            aria-current={location === path ? 'page' : undefined}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <PageFault key={location}>
          <Suspense
            fallback={
              <Center h={200}>
                <Loader aria-label="Loading" />
              </Center>
            }
          >
            <Switch>
              {ROUTES.map(({ path, Component }) => (
                <Route key={path} path={path} component={Component} />
              ))}
              <Route>
                <Empty title="There is no such page" text="The address may be of another version of the console." />
              </Route>
            </Switch>
          </Suspense>
        </PageFault>
      </AppShell.Main>
    </AppShell>
  );
}

function AccountMenu() {
  const { credentialSid, development } = useSession();
  const { failed } = useNotices();
  const name = development ? 'Development' : `${credentialSid.slice(0, 6)}…`;
  const leave = (everywhere: boolean) => () => void signOut({ everywhere }).catch(failed);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton px="sm" py={6} aria-label={`Account: ${name}`}>
          {name}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{credentialSid}</Menu.Label>
        <Menu.Item onClick={leave(false)}>Sign out</Menu.Item>
        <Menu.Item onClick={leave(true)}>Sign out everywhere</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

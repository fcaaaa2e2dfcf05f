import { Button, Menu } from '@mantine/core';

export interface RowAction {
  label: string;
  /** Whether something is lost by it. */
  isLoss?: boolean;
  onClick: () => void;
}

/** What can be done with one row. `of` says which one it is, for those who hear the page. */
export function RowMenu({ of, actions }: { of: string; actions: readonly RowAction[] }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-xs" variant="default" aria-label={`Actions for ${of}`}>
          Actions
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, isLoss = false, onClick }) => (
          <Menu.Item key={label} onClick={onClick} {...(isLoss && { c: 'var(--mantine-color-error)' })}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

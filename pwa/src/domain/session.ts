/** Who is signed in, as `GET /api/session` tells it. */
export type Role =
  | 'grid_worker'
  | 'grid_head'
  | 'dispatcher'
  | 'commander'
  | 'supervisor'
  | 'village'
  | 'officer'
  | 'cleared_officer'
  | 'enforcer'
  | 'admin'

export interface RoleGrant {
  role: Role
  org_unit_id: string
  org_unit_name: string
  department_id: string | null
  department_name: string | null
}

export interface Session {
  user: { id: string; username: string; name: string; phone_masked: string | null }
  roles: RoleGrant[]
  permissions: string[]
  csrf_token: string
  device_id: string
  home: { org_unit_id: string; name: string; kind: string }
  grids: { id: string; code: string; name: string }[]
  live_url: string | null
  vapid_public_key: string | null
  /** For whom rescue files are encrypted (age); absent in a session that an older version kept. */
  rescue_recipient?: string
  epoch: string
  server_now: string
  demo: boolean
}

/** Why a browser does not tell where it is. */
export class NoPosition extends Error {
  constructor(readonly why: 'denied' | 'unknown') {
    super(why)
  }
}

export interface Here {
  lng: number
  lat: number
  accuracy: number
  at: string
  source: 'gps'
}

const PATIENCE_MS = 20_000

/** Where this device is now, by its own receiver (WGS-84); throws `NoPosition`. */
export function whereAmI(): Promise<Here> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        resolve({
          lng: coords.longitude,
          lat: coords.latitude,
          accuracy: Math.round(coords.accuracy),
          at: new Date(timestamp).toISOString(),
          source: 'gps',
        })
      },
      (error) => { reject(new NoPosition(error.code === error.PERMISSION_DENIED ? 'denied' : 'unknown')) },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    )
  })
}

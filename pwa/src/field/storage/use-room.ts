import { onMounted, shallowRef, type ShallowRef } from 'vue'
import { estimateRoom } from '../../db/estimate'
import { roomIn, type Room } from './room'

/** How full the phone is, asked once when the screen opens; null where the browser does not tell. */
export function useRoom(): Readonly<ShallowRef<Room | null>> {
  const room = shallowRef<Room | null>(null)
  onMounted(async () => {
    room.value = roomIn(await estimateRoom())
  })
  return room
}

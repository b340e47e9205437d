import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { Project } from '../../../server/contract/access.ts'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import type { Checked } from '../api/check.ts'
import { Failure } from '../api/failure.ts'
import { deviceQuery, devicesQuery, meQuery, projectsQuery } from '../api/queries.ts'
import { NotFoundPage } from '../not-found/page.tsx'
import { FailureNotice } from '../parts/failure-notice.tsx'
import { fieldErrors } from '../parts/mistakes.ts'
import { Page } from '../parts/page.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { tellDone } from '../parts/tell.ts'
import { Loading } from '../shell/loading.tsx'
import { DeleteDevice } from './delete-device.tsx'
import { DeviceForm } from './form.tsx'
import type { DeviceFormState } from './form-type.ts'
import { NoProject } from './no-project.tsx'
import { editDeviceRequest, newDeviceRequest } from './requests.ts'
import { emptyValues, valuesOf } from './values.ts'

export function NewDevicePage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: projects, error, refetch } = useQuery(projectsQuery)
  const saved = useSaved()
  const create = useMutation({
    mutationFn: (form: DeviceFormState) =>
      submit(form, newDeviceRequest, (body) => call('createDevice', { body })),
    onSuccess: (device) => saved(device, `${device.name} is added; its line is being connected`),
  })
  const own = projects?.filter(({ may }) => may.addDevices) ?? []
  const first = own[0]
  return (
    <Frame title="Add a device">
      {error && <FailureNotice error={error} title="The projects could not be loaded" retry={refetch} />}
      {!projects && !error && <Loading />}
      {projects && !first && (
        <NoProject admin={me.admin} owner={projects.some(({ role }) => role === 'owner')} />
      )}
      {first && (
        <DeviceForm
          initial={emptyValues(first.id)}
          projects={own}
          admin={me.admin}
          kept={[]}
          saving={savingOf(create, 'The device was not added')}
          onSubmit={create.mutate}
        />
      )}
    </Frame>
  )
}

export function EditDevicePage() {
  const { id } = useParams({ from: '/app/devices/$id/edit' })
  const device = useQuery({ ...deviceQuery(id), refetchOnWindowFocus: false })
  const projects = useQuery(projectsQuery)
  const error = device.error ?? projects.error
  if (error instanceof Failure && error.code === 'not-found') return <NotFoundPage message={error.message} />
  if (error)
    return <FailureNotice error={error} title="The device could not be loaded" retry={device.refetch} />
  if (!device.data || !projects.data) return <Loading />
  return <EditDevice key={id} device={device.data} projects={projects.data} />
}

function EditDevice({ device, projects }: { device: Device; projects: Project[] }) {
  const { data: me } = useSuspenseQuery(meQuery)
  const saved = useSaved()
  const edit = useMutation({
    mutationFn: (form: DeviceFormState) =>
      submit(
        form,
        (values) => editDeviceRequest(values, device),
        (body) => call('editDevice', { params: { id: device.id }, body }),
      ),
    onSuccess: (changed) => saved(changed, `${changed.name} is saved`),
  })
  const possible = projects.filter(
    ({ id, may, role }) => may.addDevices || role === 'owner' || id === device.projectId,
  )
  return (
    <Frame title={`Edit ${device.name}`}>
      <DeviceForm
        initial={valuesOf(device)}
        projects={possible}
        admin={me.admin}
        kept={device.secretsKept}
        deviceId={device.id}
        saving={savingOf(edit, 'The device was not saved')}
        onSubmit={edit.mutate}
      />
      {device.may.delete && <DeleteDevice device={device} />}
    </Frame>
  )
}

function Frame({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Page narrow>
      <PageHeader title={title} />
      {children}
    </Page>
  )
}

function useSaved() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return (device: Device, message: string) => {
    queryClient.setQueryData(deviceQuery(device.id).queryKey, device)
    queryClient.invalidateQueries(devicesQuery)
    tellDone(message)
    navigate({ to: '/devices/$id', params: { id: device.id } })
  }
}

/** Checks the form, sends it, and puts the mistakes found on either side at their fields. */
async function submit<T>(
  form: DeviceFormState,
  check: (values: DeviceFormState['values']) => Checked<T>,
  send: (request: T) => Promise<Device>,
): Promise<Device> {
  const checked = check(form.values)
  form.setErrors(checked.ok ? {} : checked.errors)
  if (!checked.ok) throw new Failure('bad-request', wordsForMistakes(Object.values(checked.errors).length))
  try {
    return await send(checked.request)
  } catch (error) {
    form.setErrors(fieldErrors(error))
    throw error
  }
}

function wordsForMistakes(many: number): string {
  return many === 1 ? 'One field needs a look; it says why.' : `${many} fields need a look; each says why.`
}

function savingOf({ isPending, error }: { isPending: boolean; error: Error | null }, title: string) {
  return { pending: isPending, error, title }
}

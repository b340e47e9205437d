import { expect, test } from 'vitest'
import type { CauseCode } from '../../../server/contract/line.ts'
import { refusal } from '../../../server/power/redfish/said.ts'

const words = (status: number, body: unknown) =>
  refusal({ status, headers: {}, body }, 'bmc:443', 'reset').reason.message

const error = (...messages: object[]) => ({
  error: {
    code: 'Base.1.8.GeneralError',
    message: 'A general error has occurred. See Resolution for information on how to resolve the error.',
    '@Message.ExtendedInfo': messages,
  },
})

test.each<[string, unknown, string]>([
  // The example of DSP0266 section 8.6.
  [
    'all messages, the first first',
    error(
      {
        '@odata.type': '#Message.v1_1_1.Message',
        MessageId: 'Base.1.8.PropertyValueNotInList',
        RelatedProperties: ['#/IndicatorLED'],
        Message: 'The value Red for the property IndicatorLED is not in the list of acceptable values.',
        MessageArgs: ['Red', 'IndicatorLED'],
        MessageSeverity: 'Warning',
        Resolution:
          'Remove the property from the request body and resubmit the request if the operation failed.',
      },
      {
        MessageId: 'Base.1.8.PropertyNotWritable',
        Message: 'The property SKU is a read only property and cannot be assigned a value.',
        Resolution: 'None',
      },
    ),
    'The value Red for the property IndicatorLED is not in the list of acceptable values. ' +
      'Remove the property from the request body and resubmit the request if the operation failed. ' +
      'The property SKU is a read only property and cannot be assigned a value.',
  ],
  [
    'only which message of a registry it is',
    error({ MessageId: 'iLO.2.8.InvalidOperationForSystemState', MessageArgs: ['On'] }),
    'iLO.2.8.InvalidOperationForSystemState On',
  ],
  [
    'nothing but its own message',
    { error: { code: 'x', message: 'Chassis is locked.' } },
    'Chassis is locked.',
  ],
  ['one that is no list', { error: { message: 'Odd.', '@Message.ExtendedInfo': { Message: 'x' } } }, 'Odd.'],
  [
    'what is no text',
    error({ Message: 7, MessageId: ['x'], MessageArgs: 'x' }, { Message: 'But this.' }),
    'But this.',
  ],
  ['signs that are not seen', error({ Message: '\u001b[2JNo\r\n\u202eway' }), '[2JNo way'],
])('an error body says %s', (_, body, said) => {
  expect(words(400, body)).toBe(`bmc:443 could not reset (HTTP status 400). It says: ${said}`)
})

test.each([undefined, 'text', null, [], {}, { error: [] }, error().error])(
  'the body %j says nothing',
  (body) => {
    expect(words(400, body)).toBe('bmc:443 could not reset (HTTP status 400).')
  },
)

test('however much it says, a bounded part is shown', () => {
  const many = Array.from({ length: 9 }, (_, at) => ({ Message: `${at}.${'x'.repeat(120)}` }))
  const said = words(400, error(...many))
  expect(said).toMatch(/: 0\.x{120} 1\.x{120} 2\.x+$/)
  expect(said).toHaveLength('bmc:443 could not reset (HTTP status 400). It says: '.length + 300)
})

test.each<[number, CauseCode, RegExp]>([
  [401, 'wrong-credentials', /refused the user name or the password/],
  [403, 'no-permission', /no right to reset\. It says: Why\./],
  [404, 'not-supported', /does not know how to reset\. It says: Why\./],
  [405, 'not-supported', /does not know how/],
  [412, 'other', /changed by somebody else at that moment\. Order it again\./],
  [501, 'not-supported', /does not know how/],
  [503, 'busy', /is busy and could not reset\. It says: Why\./],
  [500, 'other', /HTTP status 500/],
])('the status %i is %s', (status, code, message) => {
  const { reason } = refusal({ status, headers: {}, body: error({ Message: 'Why.' }) }, 'bmc:443', 'reset')
  expect(reason).toMatchObject({ code, message: expect.stringMatching(message) })
})

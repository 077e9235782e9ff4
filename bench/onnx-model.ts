/**
 * A one-node ONNX graph `c = a · b` in bytes, so that the calibration needs no file. Field numbers are those of
 * onnx.proto3 (github.com/onnx/onnx); wire types those of protobuf.dev/programming-guides/encoding.
 */

const VARINT = 0;
const BYTES = 2;

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const number = (field: number, value: number): number[] => [...varint((field << 3) | VARINT), ...varint(value)];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint((field << 3) | BYTES),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);

/** onnx.TensorProto.DataType */
const TYPES = { float: 1, uint8: 2, int8: 3, int32: 6 } as const;

/** ValueInfoProto of a square matrix. */
function matrix(name: string, type: keyof typeof TYPES, size: number): number[] {
  const dimension = bytes(1, number(1, size));
  const shape = bytes(2, [...dimension, ...dimension]);
  const tensor = bytes(1, [...number(1, TYPES[type]), ...shape]);
  return [...text(1, name), ...bytes(2, tensor)];
}

export function matMulModel(operator: 'MatMul' | 'MatMulInteger', size: number): Uint8Array {
  const [a, b, c] =
    operator === 'MatMul' ? (['float', 'float', 'float'] as const) : (['uint8', 'int8', 'int32'] as const);
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'c'), ...text(4, operator)];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'calibration'),
    ...bytes(11, matrix('a', a, size)),
    ...bytes(11, matrix('b', b, size)),
    ...bytes(12, matrix('c', c, size)),
  ];
  const opset = number(2, 13);
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, opset)]);
}

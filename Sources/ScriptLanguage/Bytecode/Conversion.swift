// How an instruction says a type of C.

/// The operand `n` of `convert` and `unsignedArithmetic`.
struct Conversion {
  /// The type.
  var type: CType
  /// The operator, for arithmetic.
  var operation: BinaryOperator = .add
  /// Whether a number that does not fit is an error: it comes from arithmetic in the type itself.
  var isChecked = false

  /// The operand.
  var code: Int {
    type.code | (isChecked ? 1 << 5 : 0) | (BinaryOperator.allCases.firstIndex(of: operation) ?? 0) << 6
  }

  init(_ type: CType, operation: BinaryOperator = .add, isChecked: Bool = false) {
    self.type = type
    self.operation = operation
    self.isChecked = isChecked
  }

  init(code: UInt16) {
    type = CType(code: Int(code & 31)) ?? CType(base: .void)
    isChecked = code & 1 << 5 != 0
    operation = BinaryOperator.allCases[min(Int(code >> 6), BinaryOperator.allCases.count - 1)]
  }
}

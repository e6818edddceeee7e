"""Operators: only known ones, from known domains, at the version that the model imports, and no code of its own."""

from __future__ import annotations

from collections.abc import Sequence

from onnx import ModelProto, defs

from aimatrix_worker.scan.findings import Limits, Report
from aimatrix_worker.scan.walk import Place, label_of

# Deterministic tensor arithmetic. Left out on purpose: Loop (may never end), NonZero and Compress (as large as a request's values
# make them), random generators, sequences and optionals, strings and regular expressions, image decoding, and what only training
# uses.
TENSOR_OPERATORS = """
Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization BitShift BitwiseAnd BitwiseNot
BitwiseOr BitwiseXor Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh
CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU
Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GroupNormalization
HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual
Log LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg
Not OneHot Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN Range Reciprocal ReduceL1 ReduceL2
ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize
ReverseSequence RotaryEmbedding Round Scan ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax
Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze
Where Xor
"""
CLASSICAL_OPERATORS = """
Binarizer Imputer LabelEncoder LinearClassifier LinearRegressor Normalizer SVMClassifier SVMRegressor Scaler
TreeEnsembleClassifier TreeEnsembleRegressor
"""
ALLOWED = {"": frozenset(TENSOR_OPERATORS.split()), "ai.onnx.ml": frozenset(CLASSICAL_OPERATORS.split())}


def check_operators(model: ModelProto, places: Sequence[Place], limits: Limits, report: Report) -> None:
    opsets = read_opsets(model, report)
    if model.functions:
        report.add("custom_function", f"the model defines {len(model.functions)} function(s) of its own", "functions")
    if model.training_info:
        report.add("training_info", "the model carries training graphs, which serving must never run", "training_info")
    for place in places:
        if place.depth > limits.max_depth:
            report.add("graph_depth", f"graphs are nested deeper than {limits.max_depth}", place.path)
    count = sum(len(place.graph.node) for place in places)
    report.facts["nodes"] = count
    if count > limits.max_nodes:
        report.add("node_count", f"the model has {count} nodes, more than {limits.max_nodes}", "graph")
        return
    verdicts: dict[tuple[str, str], tuple[str, str] | None] = {}
    for place in places:
        for node in place.graph.node:
            key = (canonical(node.domain), node.op_type)
            if key not in verdicts:
                verdicts[key] = judge_operator(*key, opsets)
            verdict = verdicts[key]
            if verdict is not None:
                report.add(*verdict, where=f"{place.path}/{label_of(node)}")


def canonical(domain: str) -> str:
    """The empty name and ai.onnx are the same domain."""
    return "" if domain == "ai.onnx" else domain


def read_opsets(model: ModelProto, report: Report) -> dict[str, int]:
    opsets: dict[str, int] = {}
    for opset in model.opset_import:
        domain = canonical(opset.domain)
        if domain not in ALLOWED:
            report.add("unknown_domain", f"the model imports the operator domain {opset.domain!r}", "opset_import")
        elif not 1 <= opset.version <= newest_opset(domain):
            report.add("unknown_opset", f"opset {opset.version} of domain {opset.domain!r} is not known", "opset_import")
        opsets[domain] = opset.version
    report.facts["opsets"] = {domain or "ai.onnx": version for domain, version in sorted(opsets.items())}
    return opsets


def newest_opset(domain: str) -> int:
    return (
        defs.onnx_opset_version()
        if domain == ""
        else max(schema.since_version for schema in defs.get_all_schemas_with_history() if schema.domain == domain)
    )


def judge_operator(domain: str, name: str, opsets: dict[str, int]) -> tuple[str, str] | None:
    """(code, message), or None when the operator is fine."""
    if domain not in ALLOWED:
        return "unknown_domain", f"operator {name!r} is of the unknown domain {domain!r}"
    if name not in ALLOWED[domain]:
        return "operator_not_allowed", f"operator {name!r} of domain {domain or 'ai.onnx'!r} is not on the allow-list"
    if domain not in opsets:
        return "missing_opset", f"operator {name!r} is used but its domain is not imported"
    try:
        schema = defs.get_schema(name, opsets[domain], domain)
    except defs.SchemaError:
        return "unknown_operator", f"operator {name!r} does not exist in opset {opsets[domain]}"
    if schema.deprecated:
        return "deprecated_operator", f"operator {name!r} is deprecated in opset {opsets[domain]}"
    return None
